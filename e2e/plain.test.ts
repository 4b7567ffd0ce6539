/** Fields that this package reads without n8n's evaluation come to exactly what n8n makes of them. */
import type { N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';

const values: JsonObject[string][] = [
	'Jane', ' Jane ', 'Ödön 🌏', '👨‍👩‍👧 family', 'two\nlines', 'a\\nb', '"double" \'single\' `back`', '${1}', '=Jane', '={{ 1 + 1 }}', '{{ $json.other }}', '\u2028', 'NaN', 'null', 'true', '0412',
	'2026-04-01T09:00:00.000Z', 0, -1.5, 61412345678, 1e21, 0.1, true, false, null, '', [], ['a', 'b'], {}, { a: { b: 1 } },
];

/** Each parameter, and the same in a way that is left to n8n. */
const ways: Array<[ours: string, n8ns: string]> = [
	['={{ $json.v }}', '={{ [$json.v][0] }}'],
	['={{$json["Full name"]}}', '={{ [$json["Full name"]][0] }}'],
	['=Hi {{ $json.v }}', '=Hi {{ [$json.v][0] }}'],
	['=Hi {{ $json.v }}, “{{ $json["Full name"] }}” 🌏!', '=Hi {{ [$json.v][0] }}, “{{ [$json["Full name"]][0] }}” 🌏!'],
	['=\n{{ $json.v }} ', '=\n{{ [$json.v][0] }} '],
	['={{ $json.missing }}', '={{ [$json.missing][0] }}'],
	['=Hi {{ $json.missing }}', '=Hi {{ [$json.missing][0] }}'],
];

describe('plain fields of the item', () => {
	let n8n: N8nClient;
	let credentials: CredentialReference;

	beforeAll(async () => {
		n8n = await sharedN8n();
		// A preview asks nobody.
		credentials = await n8n.createCredential('mobileMessageApi', { username: 'x', password: 'y-password', baseUrl: 'http://127.0.0.1:9' });
	});

	const items = values.map((v): JsonObject => ({ v, 'Full name': v }));

	async function read(message: string): Promise<unknown[]> {
		const parameters = { resource: 'message', operation: 'preview', to: '0491571491', message, options: {} };
		const run = await n8n.runWorkflow(workflow('plain', [manualTrigger(items), node('mobileMessage', parameters, { name: 'Read', credentials, onError: 'continueRegularOutput' })]));
		expect(run.status).toBe('success');
		const rows = run.json('Read');
		expect(rows).toHaveLength(values.length);
		return rows.map(({ text, error }) => [text, error]);
	}

	test.each(ways)('%s', async (ours, n8ns) => {
		const seen = await read(ours);
		expect(seen).toEqual(await read(n8ns));
		expect(seen.some((row) => JSON.stringify(row) !== JSON.stringify(seen[0])) || ours.includes('missing')).toBe(true);
	});
});
