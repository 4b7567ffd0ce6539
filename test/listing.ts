/** A provider that only lists: what is given is read by the schema that the caller asks for, as over the network. */
import type { ProviderRequest, Send } from '../engine/operation';

export function listing(answer: (request: ProviderRequest) => unknown): { send: Send; requests: ProviderRequest[] } {
	const requests: ProviderRequest[] = [];
	const send: Send = async (request, schema) => {
		requests.push(request);
		return schema.parse(JSON.parse(JSON.stringify(answer(request))));
	};
	return { send, requests };
}
