/** Fields that this package reads without n8n's evaluation come to exactly what n8n makes of them. */
import type { N8nClient } from '../real-n8n/rest';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';

const values: JsonObject[string][] = [
	'Jane', ' Jane ', 'Ödön 🌏', '👨‍👩‍👧 family', 'two\nlines', 'a\\nb', '"double" \'single\' `back`', '${1}', '=Jane', '={{ 1 + 1 }}', '{{ $json.other }}', '\u2028', 'NaN', 'null', 'true', '0412',
	'2026-04-01T09:00:00.000Z', 0, -1.5, 61412345678, 1e21, 0.1, true, false, null, '', [], ['a', 'b'], {}, { a: { b: 1 } },
];

/** Each parameter, and the same in a way that is left to n8n. */
export const plainWays: Array<[ours: string, n8ns: string]> = [
	['={{ $json.v }}', '={{ [$json.v][0] }}'],
	['={{$json["Full name"]}}', '={{ [$json["Full name"]][0] }}'],
	['=Hi {{ $json.v }}', '=Hi {{ [$json.v][0] }}'],
	['=Hi {{ $json.v }}, “{{ $json["Full name"] }}” 🌏!', '=Hi {{ [$json.v][0] }}, “{{ [$json["Full name"]][0] }}” 🌏!'],
	['=\n{{ $json.v }} ', '=\n{{ [$json.v][0] }} '],
	['={{ $json.missing }}', '={{ [$json.missing][0] }}'],
	['=Hi {{ $json.missing }}', '=Hi {{ [$json.missing][0] }}'],
];

/** What every value comes to as the text of a message; a preview shows it. */
export async function textsOf(n8n: N8nClient, credentials: CredentialReference, message: string): Promise<unknown[]> {
	const items = values.map((v): JsonObject => ({ v, 'Full name': v }));
	const parameters = { resource: 'message', operation: 'preview', to: '0491571491', message, options: {} };
	const run = await n8n.runWorkflow(workflow('plain', [manualTrigger(items), node('mobileMessage', parameters, { name: 'Read', credentials, onError: 'continueRegularOutput' })]));
	expect(run.status).toBe('success');
	const rows = run.json('Read');
	expect(rows).toHaveLength(values.length);
	return rows.map(({ text, error }) => [text, error]);
}
