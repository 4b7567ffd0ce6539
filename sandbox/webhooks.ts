/** Posts webhook calls, repeats refused ones, and keeps a list of every attempt. */
import type { Clock } from './clock';
import { showJson } from './json';
import type { Settings } from './settings';

/** A webhook call to make. `headers` is asked for each attempt, because a repeat carries a fresh timestamp and signature. */
export interface OutgoingWebhook {
	url: string;
	/** The event's type, for the list of attempts. */
	type: string;
	/** The exact body. */
	text: string;
	headers(): Record<string, string>;
}

/** One attempt. `httpStatus` is null when the receiver could not be reached; `error` then says why. */
export interface WebhookAttempt {
	at: string;
	provider: string;
	type: string;
	url: string;
	body: unknown;
	attempt: number;
	httpStatus: number | null;
	error?: string;
}

export interface WebhookPoster {
	attempts: WebhookAttempt[];
	/** Posts in the background; a call that was not taken is repeated as the provider does. */
	post(webhook: OutgoingWebhook): void;
	/** Posts once and gives the attempt back. */
	postOnce(webhook: OutgoingWebhook): Promise<WebhookAttempt>;
	stop(): void;
}

/** How a provider repeats a call that was not taken. The wait before the first repeat is the setting `webhookRetryMs`. */
export interface WebhookRepeats {
	/** What that setting is at first; default: shorter than any provider's, so that repeats can be watched. */
	firstMs?: number;
	/** Which HTTP status means that the call was taken. */
	taken(httpStatus: number): boolean;
	/** The longest wait in units of the first, to which it doubles; 1: every wait is the same. */
	longestWait: number;
	times: number;
	/** No repeat later than this after the first attempt, on the sandbox's clock. */
	withinMs: number;
}

/** 60 s doubling to 1 h, at the one provider that says so. */
export const doublingRepeats: WebhookRepeats = { taken: (httpStatus) => httpStatus === 200, longestWait: 60, times: 10, withinMs: Infinity };

const KEPT = 20_000;
/** Keeps a burst of ten thousand reports from opening ten thousand connections. */
const AT_ONCE = 20;
const ANSWER_WITHIN_MS = 10_000;

export function createWebhookPoster(provider: string, clock: Clock, settings: Settings, repeats: WebhookRepeats = doublingRepeats): WebhookPoster {
	const attempts: WebhookAttempt[] = [];
	const stopping = new AbortController();
	const waiting: Array<() => void> = [];
	let inFlight = 0;

	const attemptOnce = async (webhook: OutgoingWebhook, attempt: number): Promise<WebhookAttempt> => {
		const entry: WebhookAttempt = {
			at: new Date(clock.now()).toISOString(),
			provider,
			type: webhook.type,
			url: webhook.url,
			body: showJson(webhook.text),
			attempt,
			httpStatus: null,
		};
		try {
			const response = await fetch(webhook.url, {
				method: 'POST',
				body: webhook.text,
				headers: webhook.headers(),
				redirect: 'manual',
				signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
			});
			await response.arrayBuffer();
			entry.httpStatus = response.status;
		} catch (error) {
			const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
			entry.error = cause instanceof Error ? cause.message : String(cause);
		}
		attempts.push(entry);
		if (attempts.length > KEPT) attempts.shift();
		return entry;
	};

	const next = (): void => {
		if (stopping.signal.aborted || inFlight >= AT_ONCE) return;
		waiting.shift()?.();
	};

	const enqueue = (webhook: OutgoingWebhook, attempt: number, since: number): void => {
		waiting.push(() => {
			inFlight++;
			void attemptOnce(webhook, attempt).then(({ httpStatus }) => {
				inFlight--;
				const taken = httpStatus !== null && repeats.taken(httpStatus);
				const wait = settings.webhookRetryMs * Math.min(2 ** (attempt - 1), repeats.longestWait);
				if (!taken && attempt <= repeats.times && clock.now() + wait - since <= repeats.withinMs) {
					clock.after(wait, () => enqueue(webhook, attempt + 1, since));
				}
				next();
			});
		});
		next();
	};

	return {
		attempts,
		post: (webhook) => enqueue(webhook, 1, clock.now()),
		postOnce: (webhook) => attemptOnce(webhook, 1),
		stop() {
			stopping.abort();
			waiting.length = 0;
		},
	};
}
