/** Starts the sandbox: simulated providers under their path prefixes, the control API under `/_sandbox/`, the phone page at `/`. */
import Fastify, { type FastifyInstance, type HTTPMethods } from 'fastify';
import { mountControl } from './control';
import { answerRequest, createStation, stopStation, type Destination, type Station } from './exchange';
import { faultSchema } from './faults';
import { mountPage } from './page/page';
import type { Provider } from './provider';
import { providers as allProviders } from './providers';
import type { Sandbox, SandboxOptions } from './sandbox';
import { noOwnSettings, settingsSchema } from './settings';

export type { LoggedViolation, Sandbox, SandboxOptions } from './sandbox';

/** NusaSMS takes media as base64 and BestSMS files; nothing real is larger. */
const BODY_LIMIT = 64 * 1024 * 1024;
const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Starts a sandbox on 127.0.0.1. Many can run in one process. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, latencyMs = 0, log = () => undefined, providers = allProviders } = options;
	const app = Fastify({ bodyLimit: BODY_LIMIT, exposeHeadRoutes: false, forceCloseConnections: true });
	// Providers read their bodies themselves: a wrong Content-Type is theirs to refuse.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

	let url = '';
	const stations = new Map<string, Station>();
	const station = (name: string): Station => {
		const found = stations.get(name);
		if (!found) throw new Error(`There is no provider "${name}"; there are ${[...stations.keys()].join(', ')}`);
		return found;
	};
	const chosen = (name?: string): Station[] => (name === undefined ? [...stations.values()] : [station(name)]);
	const start = (keepWebhooks = false): void => {
		for (const provider of providers) {
			const before = keepWebhooks ? stations.get(provider.name) : undefined;
			stations.set(provider.name, createStation(provider, `${url}/${provider.name}`, latencyMs, before));
		}
	};

	const sandbox: Sandbox = {
		get url() {
			return url;
		},
		providers,
		baseUrl: (name) => station(name).world.baseUrl,
		log: (name) => chosen(name).flatMap(({ world }) => world.log.entries),
		violations: (name) =>
			sandbox
				.log(name)
				.flatMap(({ id, provider, method, path, violations }) =>
					violations.map((violation) => ({ provider, method, path, requestId: id, ...violation })),
				),
		messages: (name) => chosen(name).flatMap(({ world }) => world.messages.accepted),
		inbound: (name) => chosen(name).flatMap(({ world }) => world.messages.inbound),
		webhooks: (name) => chosen(name).flatMap(({ world }) => world.webhooks.attempts),
		addFault({ provider, ...fault }) {
			const prefix = `/${provider}/`;
			const parsed = faultSchema.parse(fault);
			station(provider).world.faults.add(parsed.path?.startsWith(prefix) ? { ...parsed, path: parsed.path.slice(prefix.length - 1) } : parsed);
		},
		clearFaults() {
			for (const { world } of stations.values()) world.faults.clear();
		},
		settings: (name) => ({ ...station(name).world.settings }),
		changeSettings(changes, name) {
			const parsed = settingsSchema.partial().parse(changes);
			const changed = chosen(name).map(({ provider, world: { settings } }) => {
				const own = (provider.ownSettings ?? noOwnSettings).parse({ ...settings.own, ...parsed.own });
				return { settings, own };
			});
			for (const { settings, own } of changed) Object.assign(settings, parsed, { own });
		},
		reset({ keepWebhooks = false } = {}) {
			for (const running of stations.values()) stopStation(running);
			start(keepWebhooks);
		},
		reply({ provider, ...input }) {
			const made = station(provider).running.reply(input);
			if (typeof made === 'string') throw new Error(made);
			return made;
		},
		async event({ provider, ...input }) {
			const { running, world } = station(provider);
			const webhook = running.event(input);
			if (!webhook) throw new Error(`No webhook URL is registered for "${input.type}"`);
			return world.webhooks.postOnce(webhook);
		},
		advance(ms) {
			for (const { world } of stations.values()) world.clock.advance(ms);
		},
		station,
		async close() {
			for (const running of stations.values()) stopStation(running);
			await app.close();
		},
	};

	for (const provider of providers) mountProvider(app, provider, () => station(provider.name), log);
	mountControl(app, sandbox);
	mountPage(app);
	await app.listen({ port, host: '127.0.0.1' });
	const address = app.server.address();
	url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
	start();
	return sandbox;
}

/** Routes a provider's paths. `station` is asked for each request, because a reset replaces it. */
function mountProvider(app: FastifyInstance, provider: Provider, station: () => Station, print: (line: string) => void): void {
	const mount = (method: HTTPMethods[], path: string, destination: Destination): void => {
		app.route({
			method,
			url: `/${provider.name}${path}`,
			handler: (request, reply) => answerRequest(station(), destination, request, reply, print),
		});
	};
	const allowed = new Map<string, string[]>();
	provider.endpoints.forEach(({ method, path }, index) => {
		mount([method], path, { endpoint: index });
		allowed.set(path, [...(allowed.get(path) ?? []), method]);
	});
	for (const [path, methods] of allowed) {
		mount(METHODS.filter((method) => !methods.includes(method)), path, { allowed: methods });
	}
	mount(METHODS, '/*', 'nowhere');
}
