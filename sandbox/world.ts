/** What a simulated provider lives in: its clock, settings, stores and webhooks. A reset makes a new one. */
import { randomUUID } from 'node:crypto';
import { createClock, type Clock } from './clock';
import { createFaults, type Faults } from './faults';
import { createMessageStore, type MessageStore } from './messageStore';
import type { Behaviour, SpecialNumber } from './phones';
import { createRequestLog, type RequestLog } from './requestLog';
import { defaultSettings, noOwnSettings, type OwnSettings, type Settings } from './settings';
import { createWebhookPoster, type WebhookPoster, type WebhookRepeats } from './webhooks';

export interface World {
	/** Of this account alone: a reset makes another one. */
	id: string;
	provider: string;
	/** Where the provider is reached, e.g. `http://127.0.0.1:4010/mobile-message`. */
	baseUrl: string;
	clock: Clock;
	/** Changed in place. */
	settings: Settings;
	faults: Faults;
	log: RequestLog;
	messages: MessageStore;
	webhooks: WebhookPoster;
	/** What the phone with this number (E.164 without "+") does; undefined: it receives everything. */
	behaviour(number: string): Behaviour | undefined;
	stop(): void;
}

/** What a world needs to know of its provider. */
interface Inhabitant {
	name: string;
	numbers: SpecialNumber[];
	ownSettings?: OwnSettings;
	webhookRepeats?: WebhookRepeats;
}

export function createWorld(provider: Inhabitant, baseUrl: string, latencyMs: number): World {
	const clock = createClock();
	const settings = { ...defaultSettings(latencyMs), own: (provider.ownSettings ?? noOwnSettings).parse({}) };
	settings.webhookRetryMs = provider.webhookRepeats?.firstMs ?? settings.webhookRetryMs;
	const webhooks = createWebhookPoster(provider.name, clock, settings, provider.webhookRepeats);
	const behaviours = new Map(provider.numbers.map(({ number, behaviour }) => [number, behaviour]));
	return {
		id: randomUUID(),
		provider: provider.name,
		baseUrl,
		clock,
		settings,
		faults: createFaults(),
		log: createRequestLog(),
		messages: createMessageStore(),
		webhooks,
		behaviour: (number) => behaviours.get(number),
		stop() {
			clock.stop();
			webhooks.stop();
		},
	};
}
