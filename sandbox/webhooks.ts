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
	/** Posts in the background; an answer other than 200 is repeated up to 10 times, at doubling intervals. */
	post(webhook: OutgoingWebhook): void;
	/** Posts once and gives the attempt back. */
	postOnce(webhook: OutgoingWebhook): Promise<WebhookAttempt>;
	stop(): void;
}

const KEPT = 20_000;
const REPEATS = 10;
/** The longest wait in units of the first: 60 s doubling to 1 h at the provider that documents it. */
const LONGEST_WAIT = 60;
/** Keeps a burst of ten thousand reports from opening ten thousand connections. */
const AT_ONCE = 20;
const ANSWER_WITHIN_MS = 10_000;

export function createWebhookPoster(provider: string, clock: Clock, settings: Settings): WebhookPoster {
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

	const enqueue = (webhook: OutgoingWebhook, attempt: number): void => {
		waiting.push(() => {
			inFlight++;
			void attemptOnce(webhook, attempt).then(({ httpStatus }) => {
				inFlight--;
				if (httpStatus !== 200 && attempt <= REPEATS) {
					const wait = settings.webhookRetryMs * Math.min(2 ** (attempt - 1), LONGEST_WAIT);
					clock.after(wait, () => enqueue(webhook, attempt + 1));
				}
				next();
			});
		});
		next();
	};

	return {
		attempts,
		post: (webhook) => enqueue(webhook, 1),
		postOnce: (webhook) => attemptOnce(webhook, 1),
		stop() {
			stopping.abort();
			waiting.length = 0;
		},
	};
}
