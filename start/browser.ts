import { spawn } from 'node:child_process';

/** The command that opens an address in the person's browser; undefined where nobody would see it. */
export function opener(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, isTerminal: boolean): { command: string; args: string[] } | undefined {
	// A build server has nobody in front of it, and neither has a shell from another machine.
	if (!isTerminal || environment.CI !== undefined || environment.SSH_CONNECTION !== undefined) return undefined;
	if (platform === 'darwin') return { command: 'open', args: [] };
	// `start` takes its first quoted argument for a title.
	if (platform === 'win32') return { command: 'cmd', args: ['/c', 'start', ''] };
	const hasScreen = [environment.DISPLAY, environment.WAYLAND_DISPLAY].some((display) => display !== undefined && display !== '');
	return hasScreen ? { command: 'xdg-open', args: [] } : undefined;
}

/** Opens addresses in the person's browser. @returns false when there is none */
export async function openInBrowser(urls: string[], found = opener(process.platform, process.env, process.stdout.isTTY)): Promise<boolean> {
	if (!found) return false;
	for (const url of urls) {
		const isOpened = await new Promise<boolean>((resolve) => {
			const child = spawn(found.command, [...found.args, url], { stdio: 'ignore', detached: true });
			child.once('error', () => resolve(false));
			child.once('spawn', () => {
				child.unref();
				resolve(true);
			});
		});
		if (!isOpened) return false;
	}
	return true;
}
