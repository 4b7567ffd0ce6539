/** The control API under `/_sandbox/`: what tests and the phone page use to look into the sandbox and to make things go wrong. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod/v3';
import { conversationsOf, matching, threadOf } from './conversations';
import { faultKinds, faultSchema } from './faults';
import type { Sandbox } from './sandbox';
import { settingsSchema } from './settings';

const listQuery = z.object({ provider: z.string().optional(), limit: z.coerce.number().int().min(1).optional() }).strict();
const overviewQuery = z.object({ provider: z.string() }).strict();
const phonesQuery = z.object({ provider: z.string(), phone: z.string().optional(), search: z.string().optional() }).strict();
const entryParams = z.object({ provider: z.string(), id: z.coerce.number() });
const faultBody = faultSchema.extend({ provider: z.string() });
const settingsBody = settingsSchema.partial().extend({ provider: z.string().optional() });
const replyBody = z.object({ provider: z.string(), from: z.string(), to: z.string().optional(), text: z.string() }).strict();
const eventBody = z
	.object({
		provider: z.string(),
		type: z.string(),
		body: z.unknown(),
		signature: z.enum(['good', 'bad', 'none', 'stale']).default('good'),
	})
	.strict();
const resetBody = z.object({ keepWebhooks: z.boolean().default(false) }).strict();
const clockBody = z.object({ advanceMs: z.number().int().min(0) }).strict();

const SHOWN = 300;
const SHOWN_REQUESTS = 50;
/** More phones than a person scrolls through; the others are found by the search. */
const SHOWN_PHONES = 500;

/** Mounts the control API. Wrong input is answered 400 `{ "error": text }`. */
export function mountControl(app: FastifyInstance, sandbox: Sandbox): void {
	void app.register(
		async (control) => {
			control.setErrorHandler(async (error, _request, reply) => {
				const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
				const text = issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : error instanceof Error ? error.message : String(error);
				return reply.code(400).send({ error: text });
			});

			const list = <Row>(path: string, rows: (provider?: string) => Row[]): void => {
				control.get(path, async (request) => {
					const { provider, limit } = listQuery.parse(request.query);
					const all = rows(provider);
					return limit === undefined ? all : all.slice(-limit);
				});
			};
			list('/log', sandbox.log);
			list('/violations', sandbox.violations);
			list('/messages', sandbox.messages);
			list('/inbound', sandbox.inbound);
			list('/webhooks', sandbox.webhooks);
			list('/service-messages', (name) => providerNames(name).flatMap((each) => sandbox.station(each).world.messages.service));

			const providerNames = (name?: string): string[] => (name === undefined ? sandbox.providers.map((provider) => provider.name) : [name]);
			// What the phone page asks for every second.
			control.get('/phones', async (request) => {
				const { provider, phone, search = '' } = phonesQuery.parse(request.query);
				const { world, running } = sandbox.station(provider);
				const names = running.names();
				const all = conversationsOf(world.messages, names);
				const found = search.trim() === '' ? all : matching(all, search);
				return {
					world: world.id,
					credits: world.settings.credits,
					accepted: world.messages.accepted.length,
					phones: all.length,
					found: found.length,
					conversations: found.slice(0, SHOWN_PHONES),
					name: phone === undefined ? null : (all.find((one) => one.phone === phone)?.name ?? names.get(phone) ?? null),
					thread: phone === undefined ? [] : threadOf(world.messages, phone).slice(-SHOWN),
				};
			});
			// What its drawer for developers asks for, while it is open: without the bodies of requests, which can be long.
			control.get('/overview', async (request) => {
				const { provider } = overviewQuery.parse(request.query);
				const { world } = sandbox.station(provider);
				return {
					messages: world.messages.accepted.slice(-SHOWN),
					accepted: world.messages.accepted.length,
					inbound: world.messages.inbound.slice(-SHOWN),
					service: world.messages.service.slice(-SHOWN),
					log: world.log.entries.slice(-SHOWN_REQUESTS).map(({ body: _body, response: _response, ...entry }) => entry),
					webhooks: world.webhooks.attempts.slice(-SHOWN_REQUESTS),
					faults: world.faults.list(),
					settings: world.settings,
				};
			});
			control.get('/log/:provider/:id', async (request) => {
				const { provider, id } = entryParams.parse(request.params);
				return sandbox.log(provider).find((entry) => entry.id === id) ?? {};
			});

			control.get('/providers', async () =>
				sandbox.providers.map(({ name, title, signIn, numbers, balanceUnit = 'credits', inboxes = [] }) => ({
					name, title, signIn, numbers, balanceUnit, inboxes, faultKinds, baseUrl: sandbox.baseUrl(name),
				})),
			);

			const faults = (): unknown[] =>
				providerNames().flatMap((provider) => sandbox.station(provider).world.faults.list().map((fault) => ({ provider, ...fault })));
			control.get('/faults', async () => faults());
			control.post('/faults', async (request) => {
				sandbox.addFault(faultBody.parse(readBody(request)));
				return faults();
			});
			control.delete('/faults', async () => {
				sandbox.clearFaults();
				return faults();
			});

			const settings = (): unknown => Object.fromEntries(providerNames().map((name) => [name, sandbox.settings(name)]));
			control.get('/settings', async () => settings());
			control.patch('/settings', async (request) => {
				const { provider, ...changes } = settingsBody.parse(readBody(request));
				sandbox.changeSettings(changes, provider);
				return settings();
			});

			control.post('/reset', async (request) => {
				// A body is not needed: most callers want everything fresh.
				sandbox.reset(resetBody.parse(request.body === undefined || request.body === '' || request.body === null ? {} : readBody(request)));
				return { reset: true };
			});
			control.post('/reply', async (request) => sandbox.reply(replyBody.parse(readBody(request))));
			control.post('/event', async (request) => {
				const { body, ...input } = eventBody.parse(readBody(request));
				return sandbox.event({ ...input, body });
			});
			control.post('/clock', async (request) => {
				sandbox.advance(clockBody.parse(readBody(request)).advanceMs);
				return { advanced: true };
			});
		},
		{ prefix: '/_sandbox' },
	);
}

function readBody(request: FastifyRequest): unknown {
	// A page of another site cannot send this type without asking first, and nothing here answers such a question.
	if (!request.headers['content-type']?.startsWith('application/json')) throw new Error('The body must be application/json');
	return JSON.parse(typeof request.body === 'string' ? request.body : '') as unknown;
}
