/** The virtual phone in a browser, as people and as screen readers find it. It needs no n8n. */
import { chromium, type Browser, type Page } from 'playwright-core';

import { becomes } from './becomes';
import { chromiumArguments, findChromium } from '../real-n8n/browser';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox, type Sandbox } from '../sandbox/server';

const provider = 'mobile-message';
const describeWithBrowser = findChromium() === undefined ? describe.skip : describe;

describeWithBrowser('the virtual phone (needs Chromium)', () => {
	let sandbox: Sandbox;
	let browser: Browser;

	beforeAll(async () => {
		sandbox = await startSandbox();
		browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
	});
	afterAll(async () => {
		await browser.close();
		await sandbox.close();
	});
	beforeEach(() => sandbox.reset());

	const send = async (...messages: Array<{ to: string; message: string }>) => {
		const response = await fetch(`${sandbox.baseUrl(provider)}/v1/messages`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}` },
			body: JSON.stringify({ messages: messages.map((message) => ({ sender: mobileMessageSenders.dedicated, ...message })) }),
		});
		expect(response.status).toBe(200);
	};
	/** A page of a new visitor, who has seen nothing yet. */
	const visit = async (width: number, path = ''): Promise<Page> => {
		const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage();
		await page.goto(`${sandbox.url}/${path}`);
		return page;
	};

	test('at 390 pixels a tap opens a conversation, and Back leads to the list, where it is read', async () => {
		await send({ to: '0491571491', message: 'Your table is booked' }, { to: '0412100001', message: 'Hi Ava, it is ready' });
		const page = await visit(390);
		const conversations = page.getByRole('list').first().getByRole('button');
		await becomes(() => conversations.count(), 2);
		await page.locator('.phone').waitFor({ state: 'hidden' });
		await page.getByRole('button', { name: /Jane Smith.* 1 unread/ }).click();
		await page.locator('.phone').getByText('Your table is booked').waitFor();
		await page.locator('.list').waitFor({ state: 'hidden' });
		expect(new URL(page.url()).hash).toBe('#mobile-message/61491571491');
		await page.goBack();
		await page.locator('.list').waitFor();
		await page.getByRole('button', { name: /Ava.* 1 unread/ }).waitFor();
		await page.getByRole('button', { name: /Jane Smith/ }).filter({ hasNotText: 'unread' }).waitFor();
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
	});

	test('an address leads to a phone; what is typed is counted, sent, and shown', async () => {
		await send({ to: '0491571491', message: 'Your table is booked' });
		sandbox.advance(5_000);
		const page = await visit(1280, '#mobile-message/61491571491');
		await page.getByText('Jane Smith').nth(1).waitFor();
		const composer = page.getByLabel('Reply');
		await composer.fill('x'.repeat(161));
		await becomes(() => page.locator('#segments').innerText(), '161/306 · 2 segments');
		await composer.fill('Really? 😀');
		await becomes(() => page.locator('#segments').innerText(), '10/70 · 1 segment · Unicode because of 😀');
		await composer.press('Enter');
		await page.locator('#thread li.out').getByText('Really? 😀').waitFor();
		await becomes(() => composer.inputValue(), '');
		expect(sandbox.inbound(provider).map(({ text }) => text)).toEqual(['Really? 😀']);
		await page.locator('#thread li.in .meta').filter({ hasText: '✓✓delivered' }).waitFor();
	});

	test('250 phones can be searched, and a phone keeps the focus while messages come in', async () => {
		for (let batch = 0; batch < 250; batch += 50) await send(...Array.from({ length: 50 }, (_, row) => ({ to: `0412${String(100_000 + batch + row)}`, message: `Order A-${String(batch + row)}.` })));
		const page = await visit(1280);
		await page.getByText('250 phones, 250 messages').waitFor();
		await becomes(() => page.locator('#phones li').count(), 250);
		await page.getByLabel('Search').fill('a-123.');
		await page.getByText('1 of 250 phones').waitFor();
		const entry = page.getByRole('button', { name: /\+61 412 100 123/ });
		await entry.focus();
		await send({ to: '0412100123', message: 'Order A-123. is late' });
		await page.getByRole('button', { name: /is late/ }).waitFor();
		await becomes(() => page.evaluate('document.activeElement.dataset.key'), '61412100123');
	});

	test('Reset asks first, and keeps webhooks', async () => {
		sandbox.changeSettings({ own: { smsStatusUrl: 'http://127.0.0.1:9/x' } }, 'nusasms');
		await send({ to: '0491571491', message: 'Your table is booked' });
		const page = await visit(1280);
		await page.getByRole('button', { name: /Jane Smith/ }).waitFor();
		await page.getByRole('button', { name: 'Reset' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Keep everything' }).click();
		expect(sandbox.messages(provider)).toHaveLength(1);
		await page.getByRole('button', { name: 'Reset' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
		await page.getByText('No messages yet.').waitFor();
		expect([sandbox.messages(provider).length, sandbox.settings('nusasms').own['smsStatusUrl']]).toEqual([0, 'http://127.0.0.1:9/x']);
	});

	test('the drawer for developers opens and closes by keyboard, and adds faults', async () => {
		const page = await visit(1280);
		await page.getByRole('button', { name: 'Developer' }).press('Enter');
		const drawer = page.getByRole('complementary', { name: 'Developer' });
		await drawer.getByLabel('Fault').selectOption('500-after');
		await drawer.getByRole('button', { name: 'Add' }).click();
		await drawer.getByText('500-after for the next request').waitFor();
		await page.keyboard.press('Escape');
		await drawer.waitFor({ state: 'hidden' });
		await becomes(() => page.evaluate('document.activeElement.id'), 'show-developer');
	});

	test('there a person enters where a provider posts to, which its API cannot set', async () => {
		const page = await visit(1280, '#bestsms');
		await page.getByRole('button', { name: 'Developer' }).click();
		const address = page.getByLabel('Webhook', { exact: true });
		const save = page.getByRole('button', { name: 'Save' });
		await address.fill('http://n8n.example.com/webhook/x');
		await save.click();
		await page.getByText('BestSMS wants an address that begins with https://').waitFor();
		await address.fill('https://n8n.example.com/webhook/x');
		await save.click();
		await becomes(async () => await Promise.resolve(sandbox.settings('bestsms').own['webhookUrl']), 'https://n8n.example.com/webhook/x');
		await page.getByLabel('Provider').selectOption({ label: 'NusaSMS' });
		await becomes(() => page.getByRole('button', { name: 'Save' }).count(), 4);
		await page.getByLabel('Provider').selectOption({ label: 'UGSMS' });
		await page.getByText('Where it posts to').waitFor({ state: 'hidden' });
	});
});
