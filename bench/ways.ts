/** The ways in which one can send many messages from n8n. */
import { benchNodeTypes } from './nodePackage';
import type { BenchProvider } from './providers';
import { messageText } from './providers';
import { node, type CredentialReference, type JsonObject, type Step } from '../real-n8n/workflow';

/** Credentials of one provider in n8n: the package's own, and the generic one for HTTP Request. */
export interface Credentials {
	own: CredentialReference;
	basic: CredentialReference;
	baseUrl: string;
}

export type WayName = 'package' | 'readOnly' | 'onePerItem' | 'httpBatched' | 'httpAtOnce';

export interface Way {
	label(provider: BenchProvider): string;
	step(provider: BenchProvider, credentials: Credentials): Step;
}

/** Name of the measured node in every workflow. */
export const measuredNode = 'Send';

function textOf({ text }: BenchProvider): string {
	return text ?? messageText;
}

function httpRequest(provider: BenchProvider, credentials: Credentials, batching: BenchProvider['batching'] | undefined): Step {
	const { path, query } = provider.oneMessage;
	const batched: JsonObject = batching === undefined ? {} : { batching: { batch: { ...batching } } };
	const parameters: JsonObject = { method: 'POST', url: `${credentials.baseUrl}${path}`, ...(query ? inQuery(provider, query) : inBody(provider)), options: batched };
	const used = provider.isSignedByOwn ? credentials.own : query ? undefined : credentials.basic;
	return node('n8n-nodes-base.httpRequest', parameters, { name: measuredNode, typeVersion: 4.2, credentials: used });
}

function inBody(provider: BenchProvider): JsonObject {
	const { to, message, sender, isBody } = provider.oneMessage;
	const text = textOf(provider).replace(/^=/, '').replace('{{ $json.name }}', '${$json.name}');
	const entry = `{ ${to}: $json.number, ${message}: \`${text}\`${sender === undefined ? '' : `, ${sender}: '${provider.sender}'`} }`;
	return {
		...(provider.isSignedByOwn
			? { authentication: 'predefinedCredentialType', nodeCredentialType: provider.credentialType }
			: { authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth' }),
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ JSON.stringify(${isBody ? entry : `{ messages: [${entry}] }`}) }}`,
	};
}

function inQuery(provider: BenchProvider, query: Record<string, string>): JsonObject {
	const { to, message } = provider.oneMessage;
	const all = { ...query, [to]: '={{ $json.number }}', [message]: textOf(provider) };
	return { sendQuery: true, queryParameters: { parameters: Object.entries(all).map(([name, value]) => ({ name, value })) } };
}

export const ways: Record<WayName, Way> = {
	package: {
		label: () => 'this package',
		step: (provider, { own }) => node(provider.nodeType, provider.parameters, { name: measuredNode, credentials: own }),
	},
	readOnly: {
		label: () => 'n8n evaluating the two expressions, nothing sent',
		step: (provider) => node(benchNodeTypes.read, { to: '={{ $json.number }}', message: textOf(provider) }, { name: measuredNode }),
	},
	onePerItem: {
		label: () => 'a node with one request per item',
		step: (provider, { own, baseUrl }) =>
			node(
				benchNodeTypes.loop,
				{ provider: provider.name, baseUrl, to: '={{ $json.number }}', message: textOf(provider), sender: provider.sender },
				{ name: measuredNode, credentials: own },
			),
	},
	httpBatched: {
		label: ({ batching: { batchSize, batchInterval } }) => `HTTP Request, ${batchSize} every ${batchInterval} ms`,
		step: (provider, credentials) => httpRequest(provider, credentials, provider.batching),
	},
	httpAtOnce: {
		label: () => 'HTTP Request without batching',
		step: (provider, credentials) => httpRequest(provider, credentials, undefined),
	},
};
