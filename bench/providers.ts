/** What is measured of each provider, as data. A new provider is one entry here; it is left out while the sandbox or the package lacks it. */
import type { JsonObject } from '../real-n8n/workflow';

export interface BenchProvider {
	/** Name in the sandbox, and path prefix of its base URL. */
	name: string;
	title: string;
	/** This package's node. */
	nodeType: string;
	credentialType: string;
	/** Fields of its credential besides the base URL. */
	credential: JsonObject;
	/** What the node is filled in with: a send with expressions for number and text. */
	parameters: JsonObject;
	/** Text of every message where not `messageText`: a provider that takes one text for many numbers is measured with one. */
	text?: string;
	/** One message as the provider's API takes it: in a list, by itself, or in the query beside what `query` holds. */
	oneMessage: { path: string; to: string; message: string; sender?: string; isBody?: true; query?: Record<string, string> };
	sender: string;
	/** Requests carry the package's own credential where it is not HTTP Basic. */
	isSignedByOwn?: true;
	/** First of 10,000 numbers that differ in their last digits, where they are not Australian. */
	firstNumber?: string;
	/** How long the provider takes to answer, where that is not the usual time; in ms. */
	latencyMs?: number;
	/** The provider's limit on requests in plain words. */
	limit: string;
	/** What a user has to enter under "Batching" of n8n's HTTP Request node so that the limit holds. */
	batching: { batchSize: number; batchInterval: number };
	/** Set when the limit makes one message a request so slow that only so many are measured, and the rest is reckoned. */
	onePerRequestMeasured?: number;
	/** With its latency, one request after the other stays within the limit. */
	oneAfterTheOther?: true;
}

/** Text of every message, with `name` from the item. */
export const messageText = '=Hi {{ $json.name }}, your order is ready to be picked up.';
const oneText = 'Our sale starts today.';

export const benchProviders: BenchProvider[] = [
	{
		name: 'mobile-message',
		title: 'Mobile Message',
		nodeType: 'mobileMessage',
		credentialType: 'mobileMessageApi',
		credential: { username: 'sandbox', password: 'sandbox' },
		parameters: {
			resource: 'message',
			operation: 'send',
			to: '={{ $json.number }}',
			message: messageText,
			sender: { __rl: true, mode: 'id', value: 'CompanyABC' },
			options: {},
		},
		oneMessage: { path: '/v1/messages', to: 'to', message: 'message', sender: 'sender' },
		sender: 'CompanyABC',
		limit: '5 requests at once',
		// The node does not wait for answers, so five at once means five in the time of the slowest answer.
		batching: { batchSize: 5, batchInterval: 50 },
	},
	{
		name: 'sms160',
		title: '160.com.au',
		nodeType: 'sms160',
		credentialType: 'sms160Api',
		credential: { username: 'sandbox', password: 'sandbox' },
		parameters: { resource: 'message', operation: 'send', to: '={{ $json.number }}', message: messageText, options: {} },
		// Without a sender, the message comes from the account's registered number.
		oneMessage: { path: '/v1/messages', to: 'recipient', message: 'message' },
		sender: '',
		limit: '2 requests a second',
		// A little more than a second, since requests do not all take the same time on their way.
		batching: { batchSize: 2, batchInterval: 1_050 },
		onePerRequestMeasured: 30,
	},
	{
		name: 'ugsms',
		title: 'UGSMS, one text for all',
		nodeType: 'ugSms',
		credentialType: 'ugSmsApi',
		credential: { authentication: 'apiKey', apiKey: 'sandbox-key' },
		parameters: { resource: 'message', operation: 'send', to: '={{ $json.number }}', message: oneText, options: {} },
		text: oneText,
		oneMessage: { path: '/api/v2/sms/send', to: 'numbers', message: 'message_body', isBody: true },
		sender: '',
		isSignedByOwn: true,
		firstNumber: '0701000000',
		limit: '60 requests a minute',
		batching: { batchSize: 1, batchInterval: 1_050 },
		onePerRequestMeasured: 30,
	},
	{
		name: 'nusasms',
		title: 'NusaSMS',
		nodeType: 'nusaSms',
		credentialType: 'nusaSmsApi',
		credential: { apiKey: 'sandbox-key', username: 'sandbox', password: 'sandbox-password' },
		parameters: { resource: 'message', operation: 'send', to: '={{ $json.number }}', message: messageText, options: {} },
		oneMessage: { path: '/api/v3/sendsms/plain', to: 'GSM', message: 'SMSText', query: { user: 'sandbox', password: 'sandbox-password', output: 'json' } },
		sender: '',
		firstNumber: '6281100100000',
		// One message a request: what counts is to use the limit while answers are on their way.
		latencyMs: 200,
		limit: 'one request per 50 ms',
		batching: { batchSize: 1, batchInterval: 55 },
		onePerRequestMeasured: 100,
		oneAfterTheOther: true,
	},
];

/** A request's body with one message in it. */
export function bodyWith<T>({ oneMessage: { isBody } }: BenchProvider, message: T): T | { messages: T[] } {
	return isBody ? message : { messages: [message] };
}

/** `count` recipients, each another valid mobile number of the provider's country. */
export function recipients(count: number, { firstNumber = '61412000000' }: Partial<BenchProvider> = {}): Array<{ number: string; name: string }> {
	const number = (index: number) => String(Number(firstNumber) + index).padStart(firstNumber.length, '0');
	return Array.from({ length: count }, (_, index) => ({ number: number(index), name: `Customer ${index}` }));
}
