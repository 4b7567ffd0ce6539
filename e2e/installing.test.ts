/** As n8n installs, updates and removes the package itself: Settings, Community nodes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { closeAccounts, openAccount, people, type Account } from './accounts';
import { details } from './running';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { runCommand } from '../real-n8n/npm';
import { startRegistry, type Registry } from '../real-n8n/registry';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';

const name = 'n8n-nodes-sms-hub';
let folder: string;
let registry: Registry;
let running: RunningN8n;
let n8n: N8nClient;
let account: Account;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'sms-hub-installing-'));
	registry = await startRegistry();
	await registry.publish(details().tarball);
	// n8n first asks services of its own, which a machine without internet may be waiting for; these are refused at once.
	running = await startN8n({ userFolder: folder, env: { PATH: registry.path, HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' } });
	n8n = await connect(running.url);
}, 300_000);
afterAll(async () => {
	await running.stop();
	await registry.stop();
	await closeAccounts();
	rmSync(folder, { recursive: true, force: true });
});

/** The same package under the next version. */
async function nextVersion(): Promise<string> {
	const into = join(folder, 'next');
	mkdirSync(into);
	await runCommand('tar', ['-xzf', details().tarball, '-C', into], { cwd: into });
	const file = join(into, 'package', 'package.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	writeFileSync(file, JSON.stringify({ ...manifest, version: manifest.version.replace(/\d+$/, (patch) => String(Number(patch) + 1)) }));
	await runCommand('tar', ['-czf', 'next.tgz', 'package'], { cwd: into });
	return join(into, 'next.tgz');
}

const reply = { to: '61491571266', sender: '61491570158', received_at: '2030-01-01 00:00:00', type: 'inbound', original_message_id: '', original_custom_ref: '' };
/** The workflow that a reply starts. */
let listening: string;

const sending = (count: number) => [...setItems(people(count)), account.send(), noOperation('Sent')];

test('installed by its name, it sends and receives', async () => {
	const installed = await n8n.call('POST', '/community-packages', { name });
	expect(installed).toMatchObject({ packageName: name, installedNodes: expect.any(Array) });
	expect((installed as { installedNodes: unknown[] }).installedNodes).toHaveLength(12);

	account = await openAccount(n8n, 'mobile-message');
	const run = await n8n.runInProduction(workflow('send', [webhookTrigger(), ...sending(3)]));
	expect(run.json('Sent').map(({ accepted }) => accepted)).toEqual([true, true, true]);
	expect(account.audit(run.json('Sent'))).toEqual([]);
});

test('updated while it sends, and while a trigger listens: nobody lost, nobody twice', async () => {
	const trigger = node('mobileMessageTrigger', { events: ['inbound'] }, { name: 'Trigger', credentials: account.credentials });
	listening = (await n8n.createWorkflow(workflow('listening', [trigger, noOperation('After')]))).id;
	await n8n.activateWorkflow(listening);
	const event = async (message: string) => (await account.sandbox.event({ provider: account.provider, type: 'inbound', body: { ...reply, message }, signature: 'none' })).httpStatus;
	expect(await event('first')).toBe(200);
	await waitFor({}, 'the first event', async () => (await n8n.listExecutions(listening)).length === 1 || undefined);

	account.sandbox.changeSettings({ latencyMs: 3_000 });
	const stored = await n8n.createWorkflow(workflow('sending', [webhookTrigger(), ...sending(1_200)]));
	await n8n.activateWorkflow(stored.id);
	await fetch(await n8n.webhookUrl(stored.id, 'Webhook'), { method: 'POST' });
	const before = account.requests();
	await waitFor({}, 'the first request', async () => await Promise.resolve(account.requests() > before || undefined));
	await registry.publish(await nextVersion());
	const updated = await n8n.call('PATCH', '/community-packages', { name });
	expect(updated).toMatchObject({ packageName: name, installedVersion: expect.stringMatching(/\.1$/) });
	account.sandbox.changeSettings({ latencyMs: 0 });

	const [execution] = await n8n.listExecutions(stored.id);
	const ended = await n8n.waitForExecution(execution?.id ?? '');
	expect([ended.status, ended.error?.message]).toEqual(['success', undefined]);
	const again = await n8n.runInProduction(workflow('send again', [webhookTrigger(), ...sending(5)]));
	expect(again.json('Sent')).toHaveLength(5);
	expect(await event('second')).toBe(200);
	await waitFor({}, 'the second event', async () => (await n8n.listExecutions(listening)).length === 2 || undefined);
	expect(account.sandbox.messages(account.provider)).toHaveLength(3 + 1_200 + 5);
	expect(account.sandbox.violations(account.provider)).toEqual([]);
});

test('in a container made anew, n8n installs it again before workflows begin', async () => {
	rmSync(join(folder, '.n8n', 'nodes'), { recursive: true, force: true });
	await running.restart({ N8N_REINSTALL_MISSING_PACKAGES: 'true' });
	n8n = await connect(running.url);
	const run = await n8n.runInProduction(workflow('send after that', [webhookTrigger(), ...sending(3)]));
	expect(run.json('Sent').map(({ accepted }) => accepted)).toEqual([true, true, true]);
	expect((await account.sandbox.event({ provider: account.provider, type: 'inbound', body: { ...reply, message: 'third' }, signature: 'none' })).httpStatus).toBe(200);
	await waitFor({}, 'the third event', async () => (await n8n.listExecutions(listening)).length === 3 || undefined);
});

test('removed, n8n no longer knows its nodes', async () => {
	await n8n.call('DELETE', `/community-packages?name=${name}`);
	expect(await n8n.nodeType('mobileMessage')).toBeUndefined();
});
