import { createServer } from 'node:http';

import { node, type CredentialReference, type JsonObject, type Step } from './workflow';

/** What the model says next: words, or calls of tools. */
export type ModelAnswer = string | Array<{ tool: string; arguments: JsonObject }>;

/** A chat model for tests: it speaks OpenAI's chat protocol and says exactly what it was told to say. */
export interface ChatModel {
	/** For the field "Base URL" of n8n's OpenAI credential. */
	url: string;
	/** Bodies of the requests n8n made, in order. */
	requests: Array<{ messages?: Array<{ role?: string; content?: unknown }>; tools?: Array<{ function?: { name?: string; description?: string; parameters?: unknown } }> }>;
	stop(): Promise<void>;
}

/**
 * Starts a chat model on a free port of 127.0.0.1.
 * @param answers what it says to the first, second, ... request; the last is repeated
 */
export async function startChatModel(answers: ModelAnswer[]): Promise<ChatModel> {
	const requests: ChatModel['requests'] = [];
	const server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (part: string) => (text += part));
		request.on('end', () => {
			if (request.method !== 'POST') {
				response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"gpt-test","owned_by":"test"}]}');
				return;
			}
			requests.push(JSON.parse(text) as ChatModel['requests'][number]);
			const answer = answers[Math.min(requests.length, answers.length) - 1] ?? '';
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion(answer, requests.length)));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		stop: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

function completion(answer: ModelAnswer, number: number): JsonObject {
	const message: JsonObject =
		typeof answer === 'string'
			? { role: 'assistant', content: answer }
			: {
					role: 'assistant',
					content: null,
					tool_calls: answer.map((call, index) => ({
						id: `call_${number}_${index}`,
						type: 'function',
						function: { name: call.tool, arguments: JSON.stringify(call.arguments) },
					})),
				};
	return {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: 0,
		model: 'test-model',
		choices: [{ index: 0, message, finish_reason: typeof answer === 'string' ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

/** Fields of an `openAiApi` credential that leads to the model. */
export function chatModelCredential(model: ChatModel): JsonObject {
	return { apiKey: 'test', url: model.url };
}

/**
 * An AI Agent with a model and tools.
 * @param credential an `openAiApi` credential made from `chatModelCredential`
 * @param tools tool nodes, for example `node('mobileMessageTool', ...)`; the model knows them by name, spaces as underscores
 */
export function agent(prompt: string, credential: CredentialReference, tools: Step[], options: { name?: string; typeVersion?: number } = {}): Step {
	const model = node(
		'@n8n/n8n-nodes-langchain.lmChatOpenAi',
		{ model: { __rl: true, mode: 'id', value: 'test-model' }, responsesApiEnabled: false, options: {} },
		{ name: 'Model', typeVersion: 1.3, credentials: credential },
	);
	return node(
		'@n8n/n8n-nodes-langchain.agent',
		{ promptType: 'define', text: prompt, options: {} },
		{
			name: options.name ?? 'Agent',
			typeVersion: options.typeVersion ?? 3.1,
			subNodes: [
				{ type: 'ai_languageModel', step: model },
				...tools.map((step) => ({ type: 'ai_tool', step })),
			],
		},
	);
}
