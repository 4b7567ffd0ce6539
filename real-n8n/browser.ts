import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

import type { N8nClient } from './rest';

/** n8n's editor in a browser that is signed in. */
export interface Editor {
	page: Page;
	/** Opens a page of n8n ("/workflow/<id>") and waits until it is drawn. */
	open(path: string): Promise<void>;
	stop(): Promise<void>;
}

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium without a window, that talks to nobody but us. */
export const chromiumArguments = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Where Chromium is, or undefined (Debian's package is `chromium`); `CHROMIUM_PATH` names another one. */
export function findChromium(): string | undefined {
	return [process.env.CHROMIUM_PATH ?? '', ...CHROMIUM_PATHS].find((path) => path !== '' && existsSync(path));
}

/**
 * Opens n8n's editor, signed in as the client's account.
 * @param size of the window in pixels
 * @throws Error when there is no Chromium
 */
export async function openEditor(n8n: N8nClient, size = { width: 1400, height: 900 }): Promise<Editor> {
	const executablePath = findChromium();
	if (executablePath === undefined) throw new Error('No Chromium; Debian has it as the package chromium');
	const browser = await chromium.launch({
		executablePath,
		args: chromiumArguments,
	});
	const context = await browser.newContext({ viewport: size, locale: 'en-GB', timezoneId: 'Australia/Sydney' });
	const [name = '', value = ''] = n8n.cookie().split('=');
	await context.addCookies([{ name, value, url: n8n.url }]);
	const page = await context.newPage();
	return {
		page,
		open: async (path) => {
			await page.goto(`${n8n.url}${path}`, { waitUntil: 'domcontentloaded' });
			if (path.startsWith('/workflow/')) await page.locator('[data-test-id="canvas-node"]').first().waitFor();
			else await page.waitForLoadState('networkidle');
		},
		stop: async () => await browser.close(),
	};
}
