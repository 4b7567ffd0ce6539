/** Whether a provider can call an address of this n8n. */
import { failure } from '../failure';

function originOf(url: string): string {
	return URL.canParse(url) ? new URL(url).origin : '';
}

/** A provider on this machine (a sandbox) can call addresses that nobody else can. */
export function isLoopback(url: string): boolean {
	return URL.canParse(url) && /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1\])$/.test(new URL(url).hostname);
}

/** @throws Failure (`input`) */
export function throwIfUnreachable(url: string, provider: string, advice: string): void {
	if (url.startsWith('https://') && !isLoopback(url)) return;
	throw failure('input', `${provider} calls public HTTPS addresses only, and the address of this n8n is ${originOf(url)}`, advice);
}
