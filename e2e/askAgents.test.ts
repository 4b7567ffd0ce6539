/** Human review of an AI agent's step by SMS: the tool that n8n makes of a node with Send and Wait for Response. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'bestsms';
const manager = '61491571491';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' } }, provider);
});

test('n8n offers the human review tool', async () => {
	const types = (await n8n.nodeTypes()).map(({ name }) => name);
	for (const name of ['bestSmsHitlTool', 'mobileMessageHitlTool']) expect(types).toContain(`n8n-nodes-sms-hub.${name}`);
});

const step = (input: string) => ({ tool: 'Refund', arguments: { toolParameters: { input }, hitlParameters: {} } });

async function review(answer: (question: JsonObject) => void, steps = [step('40 + 2')], options: JsonObject = {}): Promise<{ ended: Execution; texts: string[]; told: string }> {
	const model = await startChatModel([steps, 'Done.']);
	try {
		const credential = await n8n.createCredential('openAiApi', chatModelCredential(model));
		const refund = node('@n8n/n8n-nodes-langchain.toolCalculator', {}, { name: 'Refund' });
		const hitl = node(
			'bestSmsHitlTool',
			{ resource: 'message', operation: 'sendAndWait', to: manager, message: '=Refund {{ $tool.parameters.input }}?', responseType: 'approval', answerBy: 'reply', options },
			{ name: 'Review', credentials, subNodes: [{ type: 'ai_tool', step: refund }] },
		);
		const { id } = await n8n.createWorkflow(workflow('agent', [manualTrigger(), agent('Refund order 7', credential, [hitl])]));
		const execution = await n8n.startWorkflow(id);
		await waitFor({ timeout: 60_000 }, 'the question', async () => {
			const { status, error } = await n8n.getExecution(execution);
			if (status === 'error' || status === 'success') throw new Error(`${status} ${String(error?.message)} ${String(error?.['description'])}`);
			return status === 'waiting' || undefined;
		});
		answer({});
		const ended = await n8n.waitForExecution(execution);
		return { ended, texts: sandbox.messages(provider).map(({ text }) => text), told: JSON.stringify(model.requests.at(-1)?.messages) };
	} finally {
		await model.stop();
	}
}

const reply = (text: string) => () => {
	sandbox.reply({ provider, from: manager, text });
};

test('YES runs the step', async () => {
	const { ended, texts, told } = await review(reply('YES'));
	expect(texts).toEqual(['Refund 40 + 2?\nReply YES or NO.']);
	expect([ended.status, ended.runs['Refund']?.length]).toEqual(['success', 1]);
	expect(told).toContain('42');
});

test('NO does not', async () => {
	const { ended, told } = await review(reply('no'));
	expect([ended.status, ended.runs['Refund']]).toEqual(['success', undefined]);
	expect(told).not.toContain('42"');
});

test('no answer in time does not', async () => {
	const { ended } = await review(() => undefined, [step('40 + 2')], { limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' } } });
	expect([ended.status, ended.runs['Refund']]).toEqual(['success', undefined]);
});

test('of two steps in one go n8n asks for the first alone, and the YES to it runs no other', async () => {
	const { ended, texts } = await review(reply('YES'), [step('40 + 2'), step('1000 + 1')]);
	expect(texts).toEqual(['Refund 40 + 2?\nReply YES or NO.']);
	expect(ended.runs['Refund']).toHaveLength(1);
	expect(JSON.stringify(ended.runs['Refund'])).not.toContain('1001');
});
