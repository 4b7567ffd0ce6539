/** A trigger node in n8n, as n8n 2.41.1 treats it (or 1.123, on request): what it is called with, when, and what is kept. Only n8n and the network are made up. */
import { createHmac } from 'node:crypto';

import { ObservableObject } from 'n8n-workflow';
import type { IDataObject, IHookFunctions, IHttpRequestOptions, INodeExecutionData, IPollFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Events, RegisteredEvents } from '../../../engine/calls/events';
import type { Feed } from '../../../engine/triggers/polling';
import type { Registration } from '../../../engine/triggers/registration';
import type { Clock } from '../../../engine/wire/clock';

/** The modules under test as one process of n8n has them loaded; loading them again is a restart. */
export interface Loaded {
	registration: typeof import('../../../engine/triggers/registration');
	webhook: typeof import('../../../engine/triggers/webhook');
	polling: typeof import('../../../engine/triggers/polling');
	mobileMessage: typeof import('../../../nodes/MobileMessage/events');
}

export function startProcess(): Loaded {
	jest.resetModules();
	/* eslint-disable @typescript-eslint/no-require-imports -- only require gives a module a second time */
	return {
		registration: require('../../../engine/triggers/registration') as Loaded['registration'],
		webhook: require('../../../engine/triggers/webhook') as Loaded['webhook'],
		polling: require('../../../engine/triggers/polling') as Loaded['polling'],
		mobileMessage: require('../../../nodes/MobileMessage/events') as Loaded['mobileMessage'],
	};
	/* eslint-enable @typescript-eslint/no-require-imports */
}

export interface InboundRow {
	message_id: string;
	from: string;
	to: string;
	message: string;
	type: string;
	received_at: string;
}

/** A Mobile Message account on the other side of the network. */
export interface FakeAccount {
	webhooks: Record<string, string | null>;
	inbound: InboundRow[];
	/** "POST status", one per request that changed or read something. */
	requests: string[];
	/** Requests like these are refused. */
	refuses?: (request: string) => boolean;
	/** Requests like these come to HTTP 503. */
	fails?: (request: string) => boolean;
	/** What an execution that waits at this n8n answers to a call. */
	waiting?: () => { statusCode: number; body: object };
	/** Called after each page of the inbox. */
	afterPage?: () => void;
	answer(request: IHttpRequestOptions): { statusCode: number; headers: object; body: string };
}

export function fakeAccount(webhooks: Record<string, string | null> = { inbound: null, status: null }): FakeAccount {
	const account: FakeAccount = {
		webhooks,
		inbound: [],
		requests: [],
		answer({ method = 'GET', url, body, qs }) {
			const { type, url: address } = (body ?? {}) as { type?: string; url?: string };
			const path = new URL(url).pathname;
			const request = path === '/v1/webhooks' ? `${method} ${type ?? ''}`.trim() : `${method} ${path}`;
			account.requests.push(request);
			const reply = (statusCode: number, given: unknown) => ({ statusCode, headers: {}, body: JSON.stringify(given) });
			if (account.refuses?.(request)) return reply(400, { error: 'No' });
			if (account.fails?.(request)) return reply(503, {});
			if (path === '/v1/inbound') {
				const { from, limit = 50, offset = 0 } = (qs ?? {}) as { from?: string; limit?: number; offset?: number };
				const rows = account.inbound.filter(({ received_at }) => from === undefined || received_at >= from);
				const response = reply(200, { status: 'complete', total: rows.length, limit, offset, results: rows.slice(offset, offset + limit) });
				account.afterPage?.();
				return response;
			}
			if (method === 'POST' && address === undefined) return reply(400, { error: 'No address' });
			if (method === 'POST' && type !== undefined) account.webhooks[type] = address ?? null;
			if (method === 'DELETE' && type !== undefined) account.webhooks[type] = null;
			return reply(200, method === 'GET' ? { status: 'complete', webhooks: account.webhooks } : { status: 'complete', type, url: address ?? null });
		},
	};
	return account;
}

export interface Call {
	body?: unknown;
	/** The exact body, instead of `body` as JSON. */
	text?: string | Buffer;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	/** The form fields that n8n parsed, instead of a body. */
	multipart?: IDataObject;
	/** n8n has not read the body yet. */
	isUnread?: true;
	/** What n8n answers when the node started an execution; anything but 200 when it could not. */
	n8nAnswers?: number;
	/** As n8n 1.123 does: it answers, and saves the data, before it starts the execution. */
	answersFirst?: boolean;
}

export interface Answer {
	httpStatus: number;
	/** Whether an execution was started. */
	started: boolean;
	items: IDataObject[];
}

export interface Options {
	parameters?: IDataObject;
	credential?: Record<string, string>;
	/** WEBHOOK_URL of n8n. */
	base?: string;
	/** The address of the editor, where tests listen; like `base` unless given. */
	editor?: string;
	webhookId?: string | null;
	process?: Loaded;
	/** Mobile Message's unless given. */
	events?: (loaded: Loaded) => Events;
	registered?: (loaded: Loaded) => RegisteredEvents;
	/** For a trigger whose address is not registered as `registered` says. */
	registration?: (loaded: Loaded) => Registration;
	/** What is polled; Mobile Message's inbox unless given. */
	feed?: Feed;
	clock?: Clock;
}

let workflows = 0;
/** Loading takes a while, and nodes do not get in each other's way. */
let sharedProcess: Loaded | undefined;

/** A workflow with one trigger node. */
export function triggerNode(account: FakeAccount, options: Options = {}) {
	const number = ++workflows;
	const workflow = { id: `workflow${number}`, name: 'Workflow', active: false };
	const webhookId = options.webhookId === undefined ? `0a1b2c3d-0000-4000-8000-${String(number).padStart(12, '0')}` : (options.webhookId ?? undefined);
	const credentials = { mobileMessageApi: { id: 'credential1', name: 'Account' } };
	const node = { id: `node${number}`, name: 'Trigger', type: 'trigger', typeVersion: 1, position: [0, 0], parameters: {}, credentials, webhookId };
	const firstBase = options.base ?? 'https://n8n.example.com';
	const path = webhookId === undefined ? `${workflow.id}/trigger/webhook` : `${webhookId}/webhook`;
	const now = {
		base: firstBase,
		editor: options.editor ?? firstBase,
		process: options.process ?? (sharedProcess ??= startProcess()),
		parameters: options.parameters ?? { events: ['inbound'] },
		credential: { username: 'user', password: 'a-secret-password', baseUrl: 'https://api.example.com', webhookSecret: '', ...options.credential },
		/** How often the credential was decrypted. */
		decrypted: 0,
		/** How often the workflow's data were written. */
		written: 0,
		/** With what the node itself answered the last call. */
		said: '',
	};
	/** What n8n's database holds; nothing for a new workflow. */
	let saved: string | undefined;
	/** What the active workflow holds, whose data n8n 2.41.1 writes when it is activated and when a poll emits; nothing before the first poll. */
	let polled: IDataObject | undefined;
	/** What a test registration holds; `undefined` while nobody listens. */
	let test: IDataObject | undefined;

	const parameter = (name: string, fallback?: unknown): unknown => {
		const found = name.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], now.parameters);
		return found ?? fallback;
	};
	const common = (mode: string, isTest: boolean, staticData: IDataObject) => ({
		getMode: () => mode,
		getNode: () => node,
		getWorkflow: () => workflow,
		getWorkflowStaticData: () => staticData,
		getNodeParameter: parameter,
		getNodeWebhookUrl: (name: string) => (name !== 'default' ? undefined : isTest ? `${now.editor}/webhook-test/${path}` : `${now.base}/webhook/${path}`),
		getRestApiUrl: () => `${now.base}/rest`,
		getInstanceBaseUrl: () => `${now.editor}/`,
		getCredentials: async () => {
			now.decrypted++;
			return await Promise.resolve(now.credential);
		},
		evaluateExpression: () => `${now.base}/webhook-waiting/__UNKNOWN__`,
		logger: { warn: () => undefined },
		helpers: {
			httpRequest: async () => await Promise.resolve(account.waiting?.()),
			httpRequestWithAuthentication: async (_type: string, request: IHttpRequestOptions) => {
				await new Promise((resolve) => setImmediate(resolve));
				return account.answer(request);
			},
		},
	});
	const events = () => (options.events ? options.events(now.process) : now.process.mobileMessage.mobileMessageEvents);
	const registration = () => options.registration?.(now.process) ?? now.process.registration.registration(options.registered?.(now.process) ?? now.process.mobileMessage.mobileMessageEvents);
	const hook = (mode: string, isTest: boolean, staticData: IDataObject) => common(mode, isTest, staticData) as unknown as IHookFunctions;
	const load = () => JSON.parse(saved ?? '{}') as IDataObject;

	async function register(mode: string, isTest: boolean, staticData: IDataObject): Promise<void> {
		const { checkExists, create } = registration();
		const context = hook(mode, isTest, staticData);
		if (!(await checkExists.call(context))) await create.call(context);
	}
	const remove = async (isTest: boolean, staticData: IDataObject) => await registration().delete.call(hook('internal', isTest, staticData));

	return {
		now,
		/** The addresses that it registers, as things were at the start. */
		url: {
			production: `${now.base}/webhook/${path}?token=${token(now.credential.password, path)}`,
			test: `${now.editor}/webhook-test/${path}?token=${token(now.credential.password, path)}`,
		},
		kept: load,
		/** A new process with what the database holds. */
		restart() {
			now.process = startProcess();
			polled = undefined;
		},
		loseData() {
			saved = undefined;
			polled = undefined;
		},
		/** The next poll is the first of an activation, with what the database holds. */
		publishAnew() {
			polled = undefined;
		},
		/** @throws the node's, after which n8n has called delete */
		async activate(): Promise<void> {
			const staticData = load();
			try {
				await register('trigger', false, staticData);
			} catch (thrown) {
				await remove(false, staticData).catch(() => undefined);
				throw thrown;
			} finally {
				saved = JSON.stringify(staticData);
			}
		},
		async deactivate(): Promise<void> {
			const staticData = load();
			await remove(false, staticData);
			saved = JSON.stringify(staticData);
		},
		async listen(): Promise<void> {
			const staticData: IDataObject = {};
			try {
				await register('manual', true, staticData);
				test = staticData;
			} catch (thrown) {
				// n8n forgets what a failing registration kept.
				await remove(true, {}).catch(() => undefined);
				throw thrown;
			}
		},
		async stopListening(): Promise<void> {
			const staticData = test ?? {};
			test = undefined;
			await remove(true, staticData);
		},
		/** A call at the production address, or at the test address. */
		async call(given: Call, where: 'production' | 'test' = 'production'): Promise<Answer> {
			// Each call gets a copy of its own, loaded before and, when it noticed a change, saved after.
			const row = saved === undefined ? undefined : (JSON.parse(saved) as IDataObject);
			const workflowData = observed({ 'node:Trigger': row ?? {} });
			const staticData = where === 'test' ? (test ?? {}) : (workflowData['node:Trigger'] as IDataObject);
			const raw = given.text ?? JSON.stringify(given.body ?? {});
			const finished: Array<() => void> = [];
			let isAnswered = false;
			const request = {
				rawBody: given.multipart || given.isUnread ? undefined : Buffer.from(raw),
				async readRawBody() {
					if (given.multipart) throw new Error('n8n has taken the form apart already');
					request.rawBody = await Promise.resolve(Buffer.from(raw));
				},
			};
			now.said = '';
			const response = {
				statusCode: 200,
				status(code: number) {
					this.statusCode = code;
					return this;
				},
				send(text: string) {
					now.said = text;
					isAnswered = true;
					return this;
				},
				once(event: string, listener: () => void) {
					if (event === 'finish') finished.push(listener);
				},
			};
			const headers = Object.fromEntries(Object.entries(given.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
			const context = {
				// In a test, too, n8n gives `webhook` the production address.
				...common(where === 'test' ? 'manual' : 'webhook', false, staticData),
				getRequestObject: () => request,
				getResponseObject: () => response,
				getHeaderData: () => ({ ...(given.multipart && { 'content-type': 'multipart/form-data; boundary=x' }), ...headers }),
				getQueryData: () => given.query ?? {},
				getBodyData: () => (given.multipart ? { data: given.multipart, files: {} } : {}),
			} as unknown as IWebhookFunctions;
			const result: IWebhookResponseData = await now.process.webhook.receive(context, events(), options.clock);
			const started = result.workflowData !== undefined;
			// Otherwise a call would be answered twice, or never.
			if (isAnswered !== (result.noWebhookResponse === true)) throw new Error('n8n and the node do not agree on who answers');
			if (started && !given.answersFirst) {
				response.statusCode = given.n8nAnswers ?? 200;
				// n8n 2.41.1 makes another workflow object of the data that were loaded, which marks them as unchanged ...
				if (row !== undefined) observed(workflowData);
				// ... and writes the execution to its database.
				await new Promise((resolve) => setTimeout(resolve, 3));
			}
			if (where === 'production' && response.statusCode < 500 && workflowData['__dataChanged'] === true) {
				saved = JSON.stringify(staticData);
				now.written++;
			}
			finished.forEach((listener) => listener());
			return { httpStatus: response.statusCode, started, items: (result.workflowData?.[0] ?? []).map(({ json }) => json) };
		},
		/** @param mode `manual` when the user runs the node by hand */
		async poll(mode: 'trigger' | 'manual' = 'trigger'): Promise<IDataObject[] | null> {
			const isActivation = polled === undefined;
			const staticData = mode === 'manual' ? load() : (polled ??= load());
			const context = common(mode, false, staticData) as unknown as IPollFunctions;
			const emitted: INodeExecutionData[][] | null = await now.process.polling.poll(context, options.feed ?? now.process.mobileMessage.mobileMessageInbox, options.clock);
			if (mode !== 'manual' && (isActivation || emitted !== null)) saved = JSON.stringify(staticData);
			return emitted === null ? null : (emitted[0] ?? []).map(({ json }) => json);
		},
	};
}

/** As n8n's workflow objects hold their data: noticing changes. */
function observed(data: IDataObject): IDataObject {
	return ObservableObject.create(data, undefined, { ignoreEmptyOnFirstChild: true });
}

/** A second way to the token, as documented. */
export function token(password: string, path: string): string {
	return createHmac('sha256', password).update(path).digest('hex').slice(0, 24);
}

/** The headers of a call that the provider signed. `at` in ms. */
export function signed(secret: string, at: number, text: string): Record<string, string> {
	const timestamp = String(Math.floor(at / 1000));
	return { 'X-MM-Timestamp': timestamp, 'X-MM-Signature': createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex') };
}
