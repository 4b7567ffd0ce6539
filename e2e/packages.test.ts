/** The packages with one provider each, installed in an n8n of their own; then one of them beside the package with all providers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { singlesBeside } from '../packages/assemble';
import { singlePackages, wholePackage } from '../packages/singles';
import { installPackage } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, type N8nClient } from '../real-n8n/rest';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { details } from './running';
import { ordinaryAustralianNumbers } from '../sandbox/australianNumbers';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';

/** By provider: its main node, and a number of its country. */
const nodes: Record<string, { type: string; number: string }> = {
	MobileMessage: { type: 'mobileMessage', number: '0491 571 491' },
	Sms160: { type: 'sms160', number: '0491 571 491' },
	BestSms: { type: 'bestSms', number: '0491 571 491' },
	NusaSms: { type: 'nusaSms', number: '0811 0000 0001' },
	UgSms: { type: 'ugSms', number: '0701 234 567' },
};

let userFolder: string;
let tarballs: string[];
let sandbox: Sandbox;
let running: RunningN8n | undefined;

async function start(...installed: string[]): Promise<N8nClient> {
	await running?.stop();
	await installPackage(userFolder, ...installed);
	running = await startN8n({ userFolder, env: { N8N_LOG_LEVEL: 'debug' } });
	return await connect(running.url);
}

beforeAll(async () => {
	userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-e2e-packages-'));
	sandbox = await startSandbox();
	tarballs = await singlesBeside(details().tarball, dirname(details().tarball));
});

afterAll(async () => {
	await running?.stop();
	await sandbox.close();
	rmSync(userFolder, { recursive: true, force: true });
});

test('all five start in one n8n, are loaded without running their code, and each has its nodes, credential and pickers', async () => {
	const n8n = await start(...tarballs);
	const offered = new Set((await n8n.nodeTypes()).map(({ name }) => name));
	expect([...offered].filter((name) => name.startsWith(`${wholePackage}.`))).toEqual([]);
	for (const single of singlePackages) {
		const { type, number } = nodes[single.folder] ?? { type: '', number: '' };
		const full = `${single.name}.${type}`;
		expect([full, offered.has(full), offered.has(`${full}Tool`)]).toEqual([full, true, true]);
		expect(running?.logs()).toContain(`Lazy-loading nodes and credentials from ${single.name}`);

		const types = readCredentialTypes(join(userFolder, '.n8n', 'nodes', 'node_modules', single.name));
		const simulated = sandbox.providers.find(({ title }) => title === single.title);
		if (!simulated) throw new Error(`The sandbox has no ${single.title}`);
		const wanted = sandboxCredential(simulated, sandbox.baseUrl(simulated.name), types);
		if (!wanted) throw new Error(`${single.name} has no credential`);
		const credentials = await n8n.createCredential(wanted.type, wanted.data, wanted.name);
		expect([single.name, (await n8n.testCredential(credentials)).status]).toEqual([single.name, 'OK']);

		const preview = node(full, { resource: 'message', operation: 'preview', to: number, message: 'Hi' }, { name: 'Preview', credentials });
		const run = await n8n.runWorkflow(workflow(`preview of ${single.name}`, [manualTrigger(), preview]));
		expect([single.name, run.error?.message, run.json('Preview')[0]?.['reason']]).toEqual([single.name, undefined, null]);
	}
});

test('beside the package with all providers: nodes stay apart by name, say the same, and share the credential', async () => {
	const n8n = await start(details().tarball, ...tarballs.filter((path) => path.includes('mobile-message')));
	const [one, other] = await Promise.all(['n8n-nodes-mobile-message', wholePackage].map(async (name) => await n8n.nodeType(`${name}.mobileMessage`)));
	expect(one?.properties.length).toBeGreaterThan(10);
	expect(one?.properties).toEqual(other?.properties);

	const credentials = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl('mobile-message') });
	const send = (name: string, to: string) =>
		node(
			`${name}.mobileMessage`,
			{ resource: 'message', operation: 'send', to, message: 'Hi', sender: { __rl: true, mode: 'id', value: mobileMessageSenders.alpha }, options: {} },
			{ name, credentials },
		);
	const [first = '', second = ''] = ordinaryAustralianNumbers;
	const run = await n8n.runWorkflow(workflow('both', [manualTrigger(), send('n8n-nodes-mobile-message', first), send(wholePackage, second)]));
	expect([run.status, run.error?.message]).toEqual(['success', undefined]);
	expect(sandbox.messages('mobile-message').map(({ to }) => to)).toEqual([first, second]);
	expect(sandbox.violations()).toEqual([]);
	// Whoever has both is told, by each of the two.
	const advice = `This node is installed twice: by n8n-nodes-mobile-message and ${wholePackage}.`;
	for (const name of ['n8n-nodes-mobile-message', wholePackage]) {
		expect(run.runs[name]?.[0]?.hints?.map(({ message }) => message)).toContainEqual(expect.stringContaining(advice));
	}
});
