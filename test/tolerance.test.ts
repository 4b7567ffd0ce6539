/**
 * Responses are read tolerantly. Every send and create fixture is run with one field of a response at a time written otherwise
 * than in the provider's document: what was accepted stays accepted, and every row stays with its item. Lists that are asked
 * what became of a send are read warily: whatever they leave out, nothing goes again that may have arrived. And no list or record
 * becomes unreadable by a field of it.
 */
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { createConnection, credentialOf } from '../engine/wire/request';
import type { Case, Opening, Outcome } from './fixtures';
import { casesOf, runCase } from './fixtures';
import type { TestedProvider } from './providers';
import { providers } from './providers';
import type { Exchange, Recording, Seen } from './recordedServer';
import { recording } from './recordedServer';

/** A case is run some hundred times, in ms. */
const manyRuns = 60_000;

const absent = Symbol('absent');
type Variant = [how: string, change: (value: unknown) => unknown];

/** Other ways to write a value. `undefined`: it cannot be written so. */
const variants: Variant[] = [
	['as a text', (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined)],
	['as a number', (value) => (typeof value === 'string' && value !== '' && Number.isSafeInteger(Number(value)) ? Number(value) : undefined)],
	['with blanks around it', (value) => (typeof value === 'string' ? ` ${value} ` : undefined)],
	['null', () => null],
	['missing', () => absent],
	['empty', (value) => (typeof value === 'string' ? '' : undefined)],
	['as a flag', (value) => (typeof value === 'boolean' ? undefined : true)],
	['as an object', () => ({ value: 1 })],
];
/** What an echo may come to: cut short, in other letters, or completed. */
const echoes: Variant[] = [
	['cut short', (value) => (typeof value === 'string' && value.length > 3 ? value.slice(0, -1) : undefined)],
	['in capitals', (value) => (typeof value === 'string' ? value.toUpperCase() : undefined)],
];
const completed: Variant = ['completed', (value) => (typeof value === 'string' ? `${value} Opt out: Reply Stop` : undefined)];
const local: Variant = ['without its country code', (value) => (typeof value === 'string' && /^61\d{9}$/.test(value) ? `0${value.slice(2)}` : undefined)];
const localNumber: Variant = ['without its country code, as a number', (value) => (typeof value === 'string' && /^614\d{8}$/.test(value) ? Number(value.slice(2)) : undefined)];
const forField: Record<string, Variant[]> = {
	custom_ref: echoes,
	group: echoes,
	message: [...echoes, completed],
	to: [local, localNumber],
	recipient: [local, localNumber],
	phone: [local, localNumber],
};

const sameValue = ['as a text', 'as a number', 'with blanks around it'];

/** Which fields of a row say whether it was accepted, and can say it only in their own words. What others come to is in the fixtures. */
const verdictOf: Record<string, string> = {
	'BestSms message send': 'Result',
	'BestSms message sendAndWait': 'Result',
	'BestSms message resubmit': 'Result',
	'BestSms contact create': 'Result',
	'BestSms group create': 'Result',
	'MobileMessage message send': 'status',
	// A reply finds its way back by it, so that one that was not kept whole counts.
	'MobileMessage message sendAndWait': 'status custom_ref',
	'MobileMessage message sendSimple': 'status',
	'NusaSms message send': 'status',
	'NusaSms message sendAndWait': 'status',
	'NusaSms message sendToGroup': 'status',
	'NusaSms whatsApp checkNumbers': 'error',
	'NusaSms whatsApp send': 'error',
	'NusaSms whatsApp sendAndWait': 'error',
	'NusaSms whatsApp sendMedia': 'error',
	'Sms160 message send': 'messageId',
	'Sms160 message sendAndWait': 'messageId',
	'Sms160 otp verify': 'statusCode',
	'UgSms message send': 'message error',
	'UgSms message sendAndWait': 'message error',
};

/** Rows of a response, and what surrounds them. */
function rowsIn(body: unknown): IDataObject[] {
	if (typeof body !== 'object' || body === null) return [];
	const inside = Object.entries(body).flatMap(([name, value]: [string, unknown]) => (name !== 'links' ? [value].flat() : [])).filter((one) => typeof one === 'object' && one !== null);
	return [...(inside as IDataObject[]), body as IDataObject];
}

interface Change {
	/** Which response, row and field, and how. */
	name: string;
	field: string;
	given: Case;
}

/** One row in front, one behind it, and what surrounds them; further rows say nothing new. */
function placesIn(body: unknown): Array<{ row: IDataObject; place: number }> {
	return rowsIn(body)
		.map((row, place, all) => ({ row, place, isTried: place < 2 || place === all.length - 1 }))
		.filter(({ isTried }) => isTried);
}

/** A case with a field of a response changed, in each of these ways. */
function changesOf(given: Case, exchange: number, ways: (field: string) => Variant[]): Change[] {
	const { request, response } = given.exchanges[exchange] ?? {};
	return placesIn(response?.body).flatMap(({ row, place }) => {
		const changed = (field: string, how: string, value: unknown): Change => {
			const copy = JSON.parse(JSON.stringify(given)) as Case;
			const target = rowsIn(copy.exchanges[exchange]?.response.body)[place];
			if (target && value === absent) Reflect.deleteProperty(target, field);
			else if (target) target[field] = value as IDataObject;
			return { name: `${request?.path ?? ''} row ${place}: ${field} ${how}`, field, given: copy };
		};
		const fields = Object.entries(row).filter(([, value]) => typeof value !== 'object' || value === null);
		const written = fields.flatMap(([field, value]) =>
			ways(field).flatMap(([how, change]) => {
				const other = change(value);
				return other === undefined ? [] : [changed(field, how, other)];
			}),
		);
		return [...written, changed('something_new', 'as an object', { inside: [1, null] }), changed('something_new', 'null', null)];
	});
}

function isLook({ request }: Exchange): boolean {
	return request.method === 'GET' && !request.path.startsWith('/simple/');
}

/** Responses to writes, changed. @param known shapes of responses that need no further trying; those of this case are added */
function changedAnswers(given: Case, verdicts: string[], known: Set<string>): Change[] {
	return given.exchanges.flatMap((exchange, index) => {
		const { httpStatus = 200, body } = exchange.response;
		if (isLook(exchange) || httpStatus >= 300) return [];
		const shape = JSON.stringify(rowsIn(body).map((row) => [Object.entries(row).map(([field, value]) => [field, typeof value]), ...verdicts.map((one) => row[one])]));
		if (known.has(shape)) return [];
		known.add(shape);
		return changesOf(given, index, (field) => [...variants, ...(forField[field] ?? [])].filter(([how]) => !verdicts.includes(field) || sameValue.includes(how)));
	});
}

/** Lists that are asked what became of a write whose answer was lost, changed. They may then be asked as often as it takes. */
function changedLooks(given: Case): Change[] {
	if (!given.exchanges.some((exchange) => !isLook(exchange) && (exchange.response.httpStatus ?? 200) >= 500)) return [];
	const patient: Case = { ...given, exchanges: given.exchanges.map((exchange) => ({ ...exchange, step: 0, times: isLook(exchange) ? 20 : 1 })) };
	const ways = (field: string): Variant[] => [...variants, ...(['recipient', 'phone', 'recipient_number'].includes(field) ? [local, localNumber] : [])];
	return given.exchanges.flatMap((exchange, index) => (isLook(exchange) ? changesOf(patient, index, ways) : []));
}

/** The recorded exchanges as a network. */
function toRecording({ provider, credential, authorization, signature }: TestedProvider, { credential: changed }: Case, recorded: Recording): Opening {
	return async (_context, parts) =>
		createConnection({
			provider,
			credential: credentialOf({ ...credential, ...changed, baseUrl: 'https://provider.test' }),
			transport: async (request: IHttpRequestOptions, signed) => {
				const signing = signed ? { ...(authorization && { authorization }), ...signature } : {};
				const headers = Object.fromEntries(Object.entries({ ...request.headers, ...signing }).map(([name, value]: [string, unknown]) => [name.toLowerCase(), String(value)]));
				const query = Object.fromEntries(Object.entries(request.qs ?? {}).map(([name, value]) => [name, String(value)]));
				const sent: unknown = request.body === undefined ? undefined : JSON.parse(JSON.stringify(request.body));
				const { httpStatus = 200, body } = recorded.answer({ method: request.method ?? 'GET', path: new URL(request.url).pathname, query, headers, body: sent });
				return { statusCode: httpStatus, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body ?? '') };
			},
			...parts,
		});
}

/** What came of a case, and what it sent that its fixture does not have. */
async function runRecorded(tested: TestedProvider, chosen: { resource: string; operation: string }, given: Case): Promise<{ outcome: Outcome; unexpected: Seen[] }> {
	const recorded = recording(given.exchanges, tested.authorization);
	const outcome = await runCase(tested, chosen, given, 'https://provider.test', toRecording(tested, given, recorded));
	return { outcome, unexpected: recorded.unexpected };
}

const ids = ['messageId', 'message_id', 'contactId', 'contact_id', 'groupId'];
/** IDs that a provider calls otherwise. */
const sameId: Record<string, string> = { list_id: 'groupId', GroupCode: 'groupId' };

/** What must stay the same: whether each item was accepted, and which row it got. */
function essenceOf({ outcome: { output, fails }, unexpected }: Awaited<ReturnType<typeof runRecorded>>, changedField: string): string {
	const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
	const kept = ids.filter((id) => plain(id) !== plain(sameId[changedField] ?? changedField) && !['ID', 'ref_no'].includes(changedField));
	const rows = output?.map(({ json, pairedItem }) => [pairedItem.item, json['accepted'], json['verified'], ...kept.map((id) => (json[id] === undefined ? undefined : String(json[id])))]);
	return JSON.stringify([unexpected, fails, rows]);
}

describe.each(providers)('$folder', (tested) => {
	const writes = tested.resources.flatMap(({ value: resource, operations }) =>
		operations.filter((operation) => operation.kind === 'batch' || (operation.kind === 'item' && operation.effect === 'once')).map(({ value: operation }) => ({ resource, operation })),
	);

	describe.each(writes)('$resource $operation', (chosen) => {
		const verdicts = verdictOf[`${tested.folder} ${chosen.resource} ${chosen.operation}`]?.split(' ') ?? [];
		const known = new Set<string>();
		const cases = casesOf(tested.folder, chosen.resource, chosen.operation).filter(({ output, isOdd }) => output && !isOdd);
		const answers = cases.map((given) => ({ name: given.name, given, changes: changedAnswers(given, verdicts, known) })).filter(({ changes }) => changes.length > 0);
		const looks = cases.map((given) => ({ name: given.name, changes: changedLooks(given) })).filter(({ changes }) => changes.length > 0);

		test('has a response that can be written otherwise', () => {
			expect(answers).not.toEqual([]);
		});

		test.each(answers)('answers: $name', async ({ given, changes }) => {
			const usual = await runRecorded(tested, chosen, given);
			expect(usual.unexpected).toEqual([]);
			const faults: string[] = [];
			for (const change of changes) {
				const changed = await runRecorded(tested, chosen, change.given);
				if (essenceOf(usual, change.field) !== essenceOf(changed, change.field)) faults.push(change.name);
			}
			expect(faults).toEqual([]);
		}, manyRuns);

		if (looks.length === 0) return;
		test.each(looks)('looks: $name', async ({ changes }) => {
			const faults: unknown[] = [];
			for (const change of changes) {
				const { unexpected } = await runRecorded(tested, chosen, change.given);
				const again = unexpected.filter((request) => !isLook({ request, response: {} }));
				if (again.length > 0) faults.push([change.name, ...again.map(({ body, query }) => body ?? query)]);
			}
			expect(faults).toEqual([]);
		}, manyRuns);
	});

	const reads = tested.resources.flatMap(({ value: resource, operations }) =>
		operations.filter((operation) => operation.kind === 'paged' || (operation.kind === 'item' && operation.effect === 'read')).map(({ value: operation }) => ({ resource, operation })),
	);
	// What says whether there are more pages cannot be left out, nor whether the answer is one.
	const turnsPages = ['total', 'links', 'Result', 'error', 'Messages'];

	test.each(reads)('reads: $resource $operation', async (chosen) => {
		const faults: unknown[] = [];
		for (const given of casesOf(tested.folder, chosen.resource, chosen.operation).filter(({ output, onError }) => output && onError === undefined)) {
			const changes = given.exchanges.flatMap(({ response: { httpStatus = 200 } }, index) => (httpStatus < 300 ? changesOf(given, index, (field) => (turnsPages.includes(field) ? [] : variants)) : []));
			for (const change of changes) {
				const { outcome, unexpected } = await runRecorded(tested, chosen, change.given);
				if (unexpected.length > 0 || outcome.fails) faults.push([change.name, outcome.fails]);
			}
		}
		expect(faults).toEqual([]);
	}, manyRuns);
});
