/** What a running sandbox offers to tests, to the control API and to the phone page. */
import type { Station } from './exchange';
import type { FaultInput } from './faults';
import type { AcceptedMessage, InboundMessage } from './messageStore';
import type { EventInput, Provider, ReplyInput } from './provider';
import type { Violation } from './request';
import type { LogEntry } from './requestLog';
import type { Settings } from './settings';
import type { WebhookAttempt } from './webhooks';

export interface SandboxOptions {
	/** TCP port on 127.0.0.1; default: any free one. */
	port?: number;
	/** Added to every answer, in milliseconds; also after a reset. */
	latencyMs?: number;
	/** Receives one line per request; default: silent. */
	log?: (line: string) => void;
	/** Default: all of them. */
	providers?: Provider[];
}

export type LoggedViolation = Violation & { provider: string; method: string; path: string; requestId: number };

/** A running sandbox. Where `provider` may be left out, the call is about all providers. */
export interface Sandbox {
	/** E.g. `http://127.0.0.1:4010`. */
	url: string;
	providers: Provider[];
	/** The base URL for a provider's credential, e.g. `http://127.0.0.1:4010/mobile-message`. */
	baseUrl(provider: string): string;
	/** The last 2,000 requests of each provider, oldest first. */
	log(provider?: string): LogEntry[];
	violations(provider?: string): LoggedViolation[];
	/** Every message ever accepted, oldest first. */
	messages(provider?: string): AcceptedMessage[];
	/** Every message that a phone sent. */
	inbound(provider?: string): InboundMessage[];
	/** Every webhook call made, one entry per attempt. */
	webhooks(provider?: string): WebhookAttempt[];
	addFault(fault: FaultInput & { provider: string }): void;
	clearFaults(): void;
	settings(provider: string): Settings;
	changeSettings(changes: Partial<Settings>, provider?: string): void;
	/**
	 * Back to the accounts, settings and empty logs of a fresh start. Requests that are being answered are cut off from the new state.
	 * @param options `keepWebhooks`: what was registered for webhook calls stays
	 */
	reset(options?: { keepWebhooks?: boolean }): void;
	/** A phone answers. Throws when it cannot. */
	reply(input: ReplyInput & { provider: string }): { id: string; type: string };
	/** Posts a webhook call with any payload to the URL registered for its type, once. Throws when none is registered. */
	event(input: EventInput & { provider: string }): Promise<WebhookAttempt>;
	/** Moves every provider's clock forward by `ms` and runs what became due. */
	advance(ms: number): void;
	/** What the control API and the page show of a provider. */
	station(provider: string): Station;
	close(): Promise<void>;
}
