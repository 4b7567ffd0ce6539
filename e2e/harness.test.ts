import { createServer, type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { endAll } from '../bench/cleanup';
import { measureEngine } from '../bench/engine';
import { agent, chatModelCredential, startChatModel, type ChatModel } from '../real-n8n/chatModel';
import { installN8n } from '../real-n8n/install';
import { startN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { details, n8nLogs, restartN8n, sharedN8n } from './running';
import { code, everyMinute, loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow, type Step, type StepOptions } from '../real-n8n/workflow';

/** A server that answers as it is told and remembers what it was asked. */
async function startEcho() {
	const paths: string[] = [];
	const failures = { left: 0 };
	const server = createServer((request: IncomingMessage, response) => {
		paths.push(request.url ?? '');
		request.resume();
		if (request.url?.startsWith('/slow') === true) return;
		if (request.url?.startsWith('/feed') === true) {
			response.writeHead(200, { 'content-type': 'application/rss+xml' });
			response.end(`<rss version="2.0"><channel><title>t</title><item><title>News</title><pubDate>${new Date().toUTCString()}</pubDate></item></channel></rss>`);
			return;
		}
		const fail = failures.left > 0;
		if (fail) failures.left -= 1;
		response.writeHead(fail ? 503 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(fail ? { message: 'not now' } : { path: request.url }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return {
		url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
		paths,
		failures,
		stop: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

let n8n: N8nClient;
let echo: Awaited<ReturnType<typeof startEcho>>;
let model: ChatModel;

beforeAll(async () => {
	n8n = await sharedN8n();
	echo = await startEcho();
	model = await startChatModel(['']);
});

afterAll(async () => {
	await echo.stop();
	await model.stop();
});

beforeEach(() => {
	echo.paths.length = 0;
	echo.failures.left = 0;
});

const httpRequest = (path: string, options: StepOptions = {}): Step =>
	node('n8n-nodes-base.httpRequest', { url: path.startsWith('=') ? `=${echo.url}${path.slice(1)}` : `${echo.url}${path}`, options: {} }, { name: 'Request', typeVersion: 4.2, ...options });

describe('the package inside n8n', () => {
	test('is offered as a node and as an AI tool, and was loaded without running its code', async () => {
		const names = (await n8n.nodeTypes()).map((type) => type.name).filter((name) => name.startsWith('n8n-nodes-sms-hub.'));
		expect(names).toEqual(expect.arrayContaining(['n8n-nodes-sms-hub.mobileMessage', 'n8n-nodes-sms-hub.mobileMessageTool']));
		expect((await n8n.nodeType('mobileMessage'))?.displayName).toBe('Mobile Message');
		expect(await n8nLogs()).toContain('Lazy-loading nodes and credentials from n8n-nodes-sms-hub');
	});
});

describe('the benchmark', () => {
	afterAll(endAll);

	test('measures the engine that the tarball holds, and comes to an end', async () => {
		const rows = await measureEngine({ installed: await installN8n(), tarball: details().tarball, items: 100 });
		expect(rows).toHaveLength(3);
		for (const { own, other } of rows) expect([own, other].join()).toMatch(/^[\d.]+ ms of CPU an item,/);
	});
});

describe('manual runs', () => {
	test('give every node its items, and fail with the node\'s own error', async () => {
		const good = await n8n.runWorkflow(workflow('items', [manualTrigger([{ a: 1 }, { a: 2 }]), httpRequest('=/{{ $json.a }}'), noOperation('After')]));
		expect(good.status).toBe('success');
		expect(good.json('After')).toEqual([{ path: '/1' }, { path: '/2' }]);
		expect(good.items('Request')[1]?.pairedItem).toEqual({ item: 1 });

		echo.failures.left = 10;
		const bad = await n8n.runWorkflow(workflow('fails', [manualTrigger(), httpRequest('/x')]));
		expect(bad.status).toBe('error');
		expect(bad.error?.message).toContain('Service unavailable');
		expect(bad.errorOf('Request')?.message).toBe(bad.error?.message);
	});

	test('take many items from pinned data, from Set and Split Out, or from code', async () => {
		const items = Array.from({ length: 10_000 }, (_, index) => ({ number: index }));
		const runs = [
			[manualTrigger(items)],
			[manualTrigger(), ...setItems(items)],
			[manualTrigger(), code('return Array.from({ length: 10000 }, (_, index) => ({ json: { number: index } }))')],
		];
		for (const steps of runs) {
			const execution = await n8n.runWorkflow(workflow('many', [...steps, noOperation('After')]));
			expect(execution.items('After')).toHaveLength(10_000);
			expect(execution.json('After')[9_999]).toEqual({ number: 9_999 });
		}
	});

	test('know Retry On Fail and the error output', async () => {
		echo.failures.left = 1;
		const retried = await n8n.runWorkflow(
			workflow('retry', [manualTrigger(), httpRequest('/again', { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 })]),
		);
		expect(retried.status).toBe('success');
		expect(echo.paths).toEqual(['/again', '/again']);

		echo.failures.left = 1;
		const split = await n8n.runWorkflow(
			workflow('split', [
				manualTrigger([{ a: 1 }, { a: 2 }]),
				httpRequest('=/{{ $json.a }}', { errorOutput: [noOperation('Refused')] }),
				noOperation('Sent'),
			]),
		);
		expect(split.items('Request', { output: 1 })).toHaveLength(1);
		expect(split.items('Refused')).toHaveLength(1);
		expect(split.items('Sent')).toHaveLength(1);
	});

	test('loop over items', async () => {
		const execution = await n8n.runWorkflow(
			workflow('loop', [manualTrigger([{ a: 1 }, { a: 2 }, { a: 3 }]), loopOverItems([httpRequest('=/{{ $json.a }}')]), noOperation('Done')]),
		);
		expect(execution.runs.Request).toHaveLength(3);
		expect(execution.json('Request', { run: 1 })).toEqual([{ path: '/2' }]);
		expect(execution.json('Done')).toEqual([{ path: '/1' }, { path: '/2' }, { path: '/3' }]);
	});

	test('can be stopped', async () => {
		const stored = await n8n.createWorkflow(workflow('slow', [manualTrigger(), httpRequest('/slow')]));
		const id = await n8n.startWorkflow(stored.id);
		await waitFor({}, 'the request', async () => echo.paths.length > 0 || undefined);
		await n8n.stopExecution(id);
		expect((await n8n.waitForExecution(id)).status).toBe('canceled');
	});
});

describe('production runs', () => {
	test('start from a webhook, and a failed one can be retried as it was or with what is saved now', async () => {
		const made = workflow('production', [webhookTrigger(), ...setItems([{ a: 1 }]), httpRequest('/then')]);
		const stored = await n8n.createWorkflow(made);
		echo.failures.left = 1;
		const failed = await n8n.runInProduction(stored.id, { hello: 1 });
		expect([failed.status, failed.mode]).toEqual(['error', 'webhook']);
		expect(failed.json('Webhook')[0]).toMatchObject({ body: { hello: 1 } });

		const nodes = made.nodes.map((each) => (each.name === 'Request' ? { ...each, parameters: { ...each.parameters, url: `${echo.url}/now` } } : each));
		await n8n.updateWorkflow(stored.id, { nodes, connections: made.connections });
		const asItWas = await n8n.retryExecution(failed.id, false);
		const asItIs = await n8n.retryExecution(failed.id, true);
		expect([asItWas.json('Request'), asItIs.json('Request')]).toEqual([[{ path: '/then' }], [{ path: '/now' }]]);
		expect((await n8n.listExecutions(stored.id)).map(({ mode }) => mode)).toEqual(['retry', 'retry', 'webhook']);
	});

	test('end with deactivation and survive a restart', async () => {
		const stored = await n8n.createWorkflow(workflow('lasting', [webhookTrigger(), noOperation('After')]));
		expect((await n8n.runInProduction(stored.id, { round: 1 })).status).toBe('success');
		await restartN8n();
		expect((await n8n.runInProduction(stored.id, { round: 2 })).json('After')[0]).toMatchObject({ body: { round: 2 } });
		await n8n.deactivateWorkflow(stored.id);
		expect((await fetch(await n8n.webhookUrl(stored.id, 'Webhook'), { method: 'POST' })).status).toBe(404);
		await n8n.deleteWorkflow(stored.id);
		expect((await n8n.listWorkflows()).map(({ id }) => id)).not.toContain(stored.id);
	});

	test('start from a polling trigger, which polls once when it is activated', async () => {
		const poll = node('n8n-nodes-base.rssFeedReadTrigger', { feedUrl: `${echo.url}/feed`, pollTimes: everyMinute }, { name: 'Poll' });
		const stored = await n8n.createWorkflow(workflow('polling', [poll, noOperation('After')]));
		expect((await n8n.runWorkflow(stored.id)).json('After')).toHaveLength(1);
		await n8n.activateWorkflow(stored.id);
		expect(echo.paths.filter((path) => path === '/feed')).toHaveLength(2);
		await n8n.deactivateWorkflow(stored.id);
	});

	test('are refused with the reason when a trigger cannot be activated', async () => {
		const poll = node('n8n-nodes-base.rssFeedReadTrigger', { feedUrl: '', pollTimes: everyMinute }, { name: 'Poll' });
		const stored = await n8n.createWorkflow(workflow('unable', [poll, noOperation('After')]));
		await expect(n8n.activateWorkflow(stored.id)).rejects.toThrow(/.+/);
	});
});

describe('test webhooks', () => {
	test('listen until the event comes, or until they are cancelled', async () => {
		const stored = await n8n.createWorkflow(workflow('listening', [webhookTrigger(), noOperation('After')]));
		const url = await n8n.webhookUrl(stored.id, 'Webhook', { test: true });
		const call = async () => (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' })).status;

		expect(await call()).toBe(404);
		const ended = await n8n.listenForTestEvent(stored.id);
		expect(await call()).toBe(200);
		expect((await ended()).json('After')[0]).toMatchObject({ body: { a: 1 } });

		await n8n.listenForTestEvent(stored.id);
		await n8n.cancelTestWebhook(stored.id);
		await waitFor({}, 'the end of listening', async () => (await call()) === 404 || undefined);
	});
});

describe('credentials and lookups', () => {
	test('are tested, changed and searched with', async () => {
		const credential = await n8n.createCredential('openAiApi', chatModelCredential(model), 'Model');
		expect(await n8n.testCredential(credential)).toMatchObject({ status: 'OK' });
		const search = { type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', version: 1.3, method: 'searchModels', path: 'model', credentials: credential };
		expect((await n8n.searchList(search)).results).toEqual([expect.objectContaining({ value: 'gpt-test' })]);
		expect((await n8n.searchList({ ...search, filter: 'nothing like it' })).results).toEqual([]);

		await n8n.updateCredential(credential, { apiKey: 'test', url: 'http://127.0.0.1:9/v1' });
		expect(await n8n.testCredential(credential)).toMatchObject({ status: 'Error' });
		expect(await n8n.testCredential(credential, chatModelCredential(model))).toMatchObject({ status: 'OK' });
		await n8n.deleteCredential(credential);
		expect((await n8n.listCredentials()).map(({ id }) => id)).not.toContain(credential.id);
	});

	test('fill drop-downs', async () => {
		const zones = await n8n.loadOptions({ type: 'n8n-nodes-base.dateTime', method: 'getTimezones', path: 'options.fromTimezone' });
		expect(zones).toEqual(expect.arrayContaining([{ name: 'Australia/Sydney', value: 'Australia/Sydney' }]));
	});
});

describe('AI agents', () => {
	test('call tools as a scripted model says', async () => {
		const chat = await startChatModel([[{ tool: 'Fetch', arguments: { what: 'one' } }, { tool: 'Fetch', arguments: { what: 'two' } }], 'All done']);
		try {
			const credential = await n8n.createCredential('openAiApi', chatModelCredential(chat), 'Chat');
			const tool = node(
				'n8n-nodes-base.httpRequestTool',
				{ toolDescription: 'Fetches', url: `=${echo.url}/{{ $fromAI('what', 'what to fetch') }}`, options: {} },
				{ name: 'Fetch', typeVersion: 4.2 },
			);
			const execution = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Fetch both', credential, [tool]), noOperation('After')]));
			expect(execution.json('After')).toEqual([{ output: 'All done' }]);
			expect(echo.paths).toEqual(['/one', '/two']);
			expect(execution.json('Fetch', { run: 1, type: 'ai_tool' })).toEqual([{ path: '/two' }]);
			expect(chat.requests[0]?.tools?.[0]?.function?.name).toBe('Fetch');
		} finally {
			await chat.stop();
		}
	});
});

describe('an n8n of its own', () => {
	test('keeps its data over a power cut and takes other settings on restart', async () => {
		const userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-own-'));
		const own = await startN8n({ userFolder });
		try {
			const stored = await (await connect(own.url)).createWorkflow(workflow('kept', [manualTrigger()]));
			await own.kill();
			await own.restart({ N8N_LOG_LEVEL: 'debug' });
			expect((await (await connect(own.url)).getWorkflow(stored.id)).name).toBe('kept');
			expect(own.logs()).toContain('Lazy-loading nodes');
		} finally {
			await own.stop();
			rmSync(userFolder, { recursive: true, force: true });
		}
		await expect(fetch(own.url)).rejects.toThrow();
	});
});
