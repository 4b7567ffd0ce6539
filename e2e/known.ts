import type { Execution } from '../real-n8n/rest';
import type { JsonObject } from '../real-n8n/workflow';

/** An execution whose rows show only the columns that hold something; all the others are there, too, as `null`. */
export function known(execution: Execution): Execution {
	const withoutNull = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
	return { ...execution, json: (...given: Parameters<Execution['json']>) => execution.json(...given).map(withoutNull) };
}

/** Parameters of a send whose rows are to be held against what was sent, without the fields of its items. */
export function withoutInput(operation: string, parameters: JsonObject): JsonObject {
	if (!['message.send', 'message.sendSimple', 'whatsApp.send', 'whatsApp.sendMedia'].includes(operation)) return parameters;
	const { options } = parameters;
	const given = typeof options === 'object' && options !== null && !Array.isArray(options) ? options : {};
	return { ...parameters, options: { ...given, includeInputFields: false } };
}
