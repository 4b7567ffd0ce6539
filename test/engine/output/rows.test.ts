/** What n8n gets for each item. */
import type { INode, INodeExecutionData } from 'n8n-workflow';

import { failure } from '../../../engine/failure';
import type { Outcome } from '../../../engine/operation';
import { aligned, rowsOf, withInput } from '../../../engine/output/rows';

const node: INode = { id: 'a', name: 'Send', type: 'n8n-nodes-sms-hub.example', typeVersion: 1, position: [0, 0], parameters: {} };
const plain = { node, isRaw: false, failsOnRefused: false };
const withErrorOutput = { ...plain, node: { ...node, onError: 'continueErrorOutput' as const } };
const accepted: Outcome = { accepted: true, output: { to: '1' }, raw: { TO: 1 } };
const refused: Outcome = { accepted: false, output: { to: '2', status: 'failed' }, reason: 'Opted out', advice: 'Leave it out.', raw: { code: 7 } };
const jsonOf = (rows: INodeExecutionData[]) => rows.map(({ json }) => json);

describe('what a provider calls "error"', () => {
	test.each([
		['nothing', null, { id: 1 }],
		['no', false, { id: 1 }],
		['an empty text', '', { id: 1 }],
		['a text', 'late', { id: 1, providerError: 'late' }],
		['a number', 0, { id: 1, providerError: 0 }],
	])('makes no item a failed one: %s', (_name, error, json) => {
		const row = { id: 1, error };
		expect(jsonOf(rowsOf({ rows: [row] }, 0, plain))).toEqual([json]);
		expect(jsonOf(rowsOf({ outcomes: [{ accepted: true, output: row }] }, 0, plain))).toEqual([json]);
		expect(jsonOf(rowsOf({ outcomes: [{ accepted: true, output: {}, raw: row }] }, 0, { ...plain, isRaw: true }))).toEqual([json]);
		expect(jsonOf(rowsOf({ outcomes: [{ accepted: false, output: row }] }, 0, plain))).toEqual([{ ...json, accepted: false, reason: null }]);
	});
});

test('each row is paired with the item that it comes from, whatever became of it', () => {
	const results = [{ rows: [{}, {}] }, { outcomes: [accepted, refused, failure('refused', 'No')] }, { failed: failure('input', 'No') }];
	expect(results.map((result, index) => rowsOf(result, index + 4, plain).map(({ pairedItem }) => pairedItem))).toEqual([
		[{ item: 4 }, { item: 4 }],
		[{ item: 5 }, { item: 5 }, { item: 5 }],
		[{ item: 6 }],
	]);
});

test('the provider\'s own rows come out where they were asked for, and the common ones where there are none', () => {
	const asked = { ...plain, isRaw: true };
	expect(jsonOf(rowsOf({ outcomes: [accepted, { accepted: true, output: { to: '3' } }] }, 0, asked))).toEqual([{ TO: 1 }, { to: '3' }]);
	expect(jsonOf(rowsOf({ outcomes: [accepted] }, 0, plain))).toEqual([{ to: '1' }]);
	expect(jsonOf(rowsOf({ outcomes: [{ accepted: true, output: {}, raw: [{ a: 1 }, { a: 2 }] }] }, 0, asked))).toEqual([{ a: 1 }, { a: 2 }]);
	// Of a refusal both are needed: what it was about, and the provider's words.
	expect(jsonOf(rowsOf({ outcomes: [refused] }, 0, asked))).toEqual([{ to: '2', status: 'failed', accepted: false, reason: 'Opted out', response: { code: 7 } }]);
	expect(jsonOf(rowsOf({ outcomes: [{ ...refused, raw: undefined }] }, 0, asked))).toEqual([{ to: '2', status: 'failed', accepted: false, reason: 'Opted out' }]);
});

describe('a refused entry', () => {
	const row = { to: '2', status: 'failed', accepted: false, reason: 'Opted out' };

	test('is a row like the others', () => {
		const [only, ...rest] = rowsOf({ outcomes: [refused] }, 0, plain);
		expect([only?.json, rest]).toEqual([row, []]);
		expect(only).not.toHaveProperty('error');
	});

	test('has failed where refusals count as failures, and where there is an output for those', () => {
		const failed = { ...row, error: 'Opted out', advice: 'Leave it out.' };
		const [counted] = rowsOf({ outcomes: [refused] }, 0, { ...plain, failsOnRefused: true });
		expect(counted?.json).toEqual(failed);
		// Without an output of its own, an item with an error would lose its columns.
		expect(counted).not.toHaveProperty('error');
		const [moved] = rowsOf({ outcomes: [refused] }, 2, withErrorOutput);
		expect(moved?.json).toEqual(failed);
		expect(moved?.error).toMatchObject({ message: 'Opted out', description: 'Leave it out.', context: { itemIndex: 2 } });
		expect(Object.keys(moved ?? {})).not.toContain('error');
	});

	test('of which the provider says nothing says that it was refused, and advises nothing', () => {
		expect(jsonOf(rowsOf({ outcomes: [{ accepted: null, output: [] }] }, 0, withErrorOutput))).toEqual([{ accepted: null, reason: null, error: 'Refused' }]);
	});
});

describe('an item that failed', () => {
	const failed = failure('input', '"12" is too short', 'Write all of it.', { field: 'To', httpStatus: 422 });

	test('says why, with its field, what to do, and the HTTP status', () => {
		expect(jsonOf(rowsOf({ failed }, 0, plain))).toEqual([{ error: 'To: "12" is too short', advice: 'Write all of it.', httpStatus: 422 }]);
		expect(jsonOf(rowsOf({ failed: failure('refused', 'No') }, 0, plain))).toEqual([{ error: 'No' }]);
	});

	test('has the columns of its operation, and of what was asked for what is known', () => {
		const showing = { ...plain, nothing: (reason: string) => ({ to: null, status: null, reason }) };
		expect(jsonOf(rowsOf({ failed }, 0, showing))).toEqual([{ to: null, status: null, reason: 'To: "12" is too short', httpStatus: 422, error: 'To: "12" is too short', advice: 'Write all of it.' }]);
		const outcomes = [failure('refused', 'No'), failure('refused', 'Neither')];
		expect(jsonOf(rowsOf({ outcomes, asked: [{ to: '1', status: 'failed' }, undefined] }, 0, showing))).toEqual([
			{ to: '1', status: 'failed', reason: 'No', accepted: false, error: 'No' },
			{ to: null, status: null, reason: 'Neither', error: 'Neither' },
		]);
	});
});

describe('a table', () => {
	const rowsWith = (...jsons: Array<INodeExecutionData['json']>) => jsons.map((json) => ({ json }));
	/** With the order of its columns. */
	const entriesOf = (rows: INodeExecutionData[]) => rows.map(({ json }) => Object.entries(json));

	test('has the same columns in every row, those of rows that did not fail first', () => {
		const rows = aligned(rowsWith({ error: 'No', advice: 'Look.', httpStatus: 404 }, { to: '1', cost: 2 }, { to: '2', note: 'x' }));
		expect(entriesOf(rows)).toEqual([
			[['to', null], ['cost', null], ['note', null], ['httpStatus', 404], ['error', 'No'], ['advice', 'Look.']],
			[['to', '1'], ['cost', 2], ['note', null], ['httpStatus', null]],
			[['to', '2'], ['cost', null], ['note', 'x'], ['httpStatus', null]],
		]);
	});

	test('has a column for advice that is not about a failure, where it stands', () => {
		const rows = aligned(rowsWith({ to: '1', advice: 'Shorten it.', notes: null }, { error: 'No', to: '2' }));
		expect(entriesOf(rows)).toEqual([
			[['to', '1'], ['advice', 'Shorten it.'], ['notes', null]],
			[['to', '2'], ['advice', null], ['notes', null], ['error', 'No']],
		]);
	});

	test('has a place for advice in every failed row when one has some', () => {
		const rows = aligned(rowsWith({ error: 'No', to: '1' }, { error: 'Neither', advice: 'Look.', to: '2' }, { to: '3' }));
		expect(entriesOf(rows)).toEqual([
			[['to', '1'], ['error', 'No'], ['advice', null]],
			[['to', '2'], ['error', 'Neither'], ['advice', 'Look.']],
			[['to', '3']],
		]);
	});

	test('has a row\'s own columns before those of its item, none of which makes it a failed one', () => {
		const row: INodeExecutionData = { json: { to: '1', status: null } };
		withInput(row, { name: 'A', to: '0412', status: 'new', error: 'of another node' });
		expect(Object.entries(row.json)).toEqual([['to', '1'], ['status', null], ['name', 'A']]);
	});
});
