import type { IDataObject } from 'n8n-workflow';

import type { Reading } from '../../../engine/inputs/fields';
import { countryField, flag } from '../../../engine/inputs/fields';
import { previewOperation } from '../../../engine/editor/preview';
import { failure } from '../../../engine/failure';
import type { UnnamedOperation } from '../../../engine/operation';
import { examplePhone } from '../examplePhoneCompany';

const country = countryField({ region: 'AU', label: 'Australia (+61)' });

async function preview(operation: UnnamedOperation, values: Record<string, unknown>): Promise<IDataObject[]> {
	if (operation.kind !== 'custom') throw new Error('A preview sends nothing');
	const send = () => Promise.reject(new Error('It was sent'));
	return await operation.run(values, { send, as: () => send, phone: examplePhone.phone, answerLink: () => `https://n8n.example.com/${'x'.repeat(140)}` });
}

/** The line above the rows, which have the sums in them then. */
async function line(operation: UnnamedOperation, rows: IDataObject[], values: Record<string, unknown> = {}): Promise<string | undefined> {
	if (operation.kind !== 'custom') throw new Error('A preview sends nothing');
	return await operation.finish?.(rows, values, { send: () => Promise.reject(new Error('It was sent')) });
}

const to = ['0412 345 678'];
const plain = previewOperation({}, country);
const marked = previewOperation({ marks: ['[[', ']]'], placeholders: { Name: 'the send fills it in.' } }, country);

test('placeholders are those between the provider\'s marks', async () => {
	expect(await preview(marked, { to: ['0412 345 678'], message: '[[Name]] {Name} [[Nobody]] [Name]' })).toMatchObject([
		{ notes: '[[Nobody]] is not a placeholder that the provider fills in; it will be sent as it stands. [[Name]] is counted as it is written; the send fills it in.' },
	]);
});

test('a number that two items have is told once, with the item that has it again', async () => {
	const rows = [...(await preview(plain, { to, message: 'Hi' })),
		...(await preview(plain, { to: ['+61412345678', '0412 345 679', '12'], message: 'Ho' })), ...(await preview(plain, { to: ['12'], message: 'Ho' }))];
	expect(await line(plain, rows)).toBe('3 messages, 3 segments; 1 number in more than one item; 2 numbers cannot be sent to. Nothing was sent.');
	expect(rows.map(({ notes }) => notes)).toEqual([null, 'An earlier item has this number, too.', null, null, null]);
});

test('the link of a question is counted', async () => {
	const [without] = await preview(marked, { to: ['0412 345 678'], message: 'Coming?' });
	const [row] = await preview(marked, { to: ['0412 345 678'], message: 'Coming?', answerLink: true });
	expect([without?.['segments'], row?.['segments']]).toEqual([1, 2]);
	expect(row?.['text']).toMatch(/^Coming\?\nhttps:/);
});

test('what travels besides the text has options, warnings and columns of its own', async () => {
	const more = {
		options: { gift: flag({ label: 'Gift' }) },
		warnings: ({ message, gift }: { message: string; gift?: boolean }) => (gift ? [`A gift comes with "${message}".`] : []),
		columns: ({ gift }: { gift?: boolean }) => ({ gift: gift ?? false }),
	};
	const operation = previewOperation({}, country, more);
	expect(operation.options).toHaveProperty('gift');
	expect(await preview(operation, { to: ['0412 345 678', '12'], message: 'Hi', gift: true })).toMatchObject([
		{ to: '61412345678', notes: 'A gift comes with "Hi".', gift: true },
		{ to: '12', reason: '"12" is too short to be a phone number', gift: true },
	]);
});

test('what makes a text dear, and a wording that costs less', async () => {
	const cheaper = async (message: string) => (await preview(plain, { to, message })).map((row) => [row['segments'], row['dearer'], row['cheaper']])[0];
	const long = 'x'.repeat(100);
	expect(await cheaper(`“Hi” ${long}`)).toEqual([2, '“ ”', '“ ” to " ": 1 segment']);
	expect(await cheaper(`Hi\u200b ${long}…`)).toEqual([2, '\u200b …', '\u200b … to (nothing) ...: 1 segment']);
	expect(await cheaper(`👍 ${long}`)).toEqual([2, '👍', 'without 👍: 1 segment']);
	expect(await cheaper(`“👍” ${'x'.repeat(200)}`)).toEqual([4, '“ 👍 ”', '“ ” to " ", without 👍: 2 segments']);
	// As dear without them.
	expect(await cheaper('“Hi”')).toEqual([1, '“ ”', null]);
	expect(await cheaper(long)).toEqual([1, null, null]);
});

test('what the provider takes away costs nothing, and is told', async () => {
	const stripping = previewOperation({ unicodeDefault: false }, country);
	expect(stripping.options).toHaveProperty('unicode');
	expect(plain.options).not.toHaveProperty('unicode');
	const message = `${'x'.repeat(160)}👍`;
	expect(await preview(stripping, { to, message })).toMatchObject([{ segments: 1, dearer: null, cheaper: null, notes: 'The provider removes 👍 because Unicode is off.' }]);
	expect(await preview(stripping, { to, message, unicode: true })).toMatchObject([{ segments: 3, dearer: '👍', notes: null }]);
	expect(await preview(plain, { to, message })).toMatchObject([{ segments: 3, notes: null }]);
	expect(await preview(stripping, { to, message: 'Hi' })).toMatchObject([{ notes: null }]);
});

test('a text that is too long to be sent is told', async () => {
	const short = previewOperation({ maxSegments: 1, maxCharacters: 162 }, country);
	const notes = async (message: string) => (await preview(short, { to, message }))[0]?.['notes'];
	expect(await notes('x'.repeat(160))).toBeNull();
	expect(await notes('x'.repeat(162))).toBe('The message needs 2 segments; at most 1 are sent.');
	expect(await notes('x'.repeat(163))).toBe(
		'The message needs 2 segments; at most 1 are sent. The message has 163 characters; only up to 162 are sent, unless the option "Max Segments" says otherwise.',
	);
	// An emoji is one character.
	expect(await notes('👍'.repeat(100))).toBe('The message needs 4 segments; at most 1 are sent.');
});

test('each number once, and why one gets none', async () => {
	expect(await preview(plain, { to: ['0412 345 678', '+61412345678', '02 9374 4000', '12'], message: 'Hi' })).toEqual([
		expect.objectContaining({ to: '61412345678', reason: null, advice: null, segments: 1, text: 'Hi' }),
		expect.objectContaining({ to: '61293744000', reason: '"02 9374 4000" is a landline, which gets no SMS', advice: 'Leave it out, or add the option "Allow Landlines".' }),
		expect.objectContaining({ to: '12', reason: '"12" is too short to be a phone number', advice: expect.stringContaining('Digits are missing.') }),
	]);
	expect(await preview(plain, { to: ['02 9374 4000'], message: 'Hi', allowLandlines: true })).toMatchObject([{ to: '61293744000', reason: null, advice: null }]);
	expect(await preview(plain, { to: ['021 123 4567'], message: 'Hi', defaultCountry: 'NZ' })).toMatchObject([{ to: '64211234567', reason: null }]);
});

test('without a text or a number there is a row that says so', async () => {
	const advice = 'Fill it in, or check that its expression gives a value for this item.';
	expect(await preview(plain, { to: [], message: 'Hi' })).toMatchObject([{ to: null, reason: 'To is empty', advice, segments: 1, text: 'Hi', notes: null }]);
	expect(await preview(plain, { to, message: ' ' })).toMatchObject([{ to: '0412 345 678', reason: 'Message is empty', advice, segments: 0, text: null }]);
	expect(await preview(plain, { to: [], message: '' })).toMatchObject([{ to: null, reason: 'Message is empty', segments: 0 }]);
});

test('a link is put on a line of its own', async () => {
	expect(await preview(plain, { to, message: 'Coming? \n', answerLink: true })).toMatchObject([{ text: `Coming?\nhttps://n8n.example.com/${'x'.repeat(140)}` }]);
	expect(await preview(plain, { to, message: 'Coming? \n' })).toMatchObject([{ text: 'Coming? \n' }]);
});

describe('the line above', () => {
	const row = (segments: number, reason: string | null = null): IDataObject => ({ to: `6149157149${segments}`, segments, reason });

	test('sums up what would be sent', async () => {
		const rows = [row(1), row(2), row(5, '"12" is too short')];
		expect(await line(plain, rows)).toBe('2 messages, 3 segments; 1 number cannot be sent to. Nothing was sent.');
		expect(rows).toEqual(rows.map((one) => ({ ...one, runMessages: 2, runSegments: 3, runRefused: 1 })));
		expect(rows[0]).toMatchObject({ segments: 1, runMessages: 2 });
		expect(await line(plain, [row(1)])).toBe('1 message, 1 segment. Nothing was sent.');
		expect(await line(plain, [row(1, 'x'), row(1, 'x')])).toBe('0 messages, 0 segments; 2 numbers cannot be sent to. Nothing was sent.');
	});

	test('tells what is left, where that was asked for', async () => {
		const asking = (balance: number | null, unit: string | null) => previewOperation({}, country, undefined, async () => await Promise.resolve({ balance, unit }));
		expect(plain.options).not.toHaveProperty('showBalance');
		expect(asking(1, 'credits').options).toHaveProperty('showBalance');
		const rows = [row(1)];
		expect(await line(asking(12, 'credits'), rows, { showBalance: true })).toBe('1 message, 1 segment; 12 credits left. Nothing was sent.');
		expect(rows).toMatchObject([{ balance: 12, balanceUnit: 'credits' }]);
		expect(await line(asking(12, null), [row(1)], { showBalance: true })).toBe('1 message, 1 segment; 12 left. Nothing was sent.');
		expect(await line(asking(null, null), [row(1)], { showBalance: true })).toBe('1 message, 1 segment. Nothing was sent.');
		const without = [row(1)];
		expect(await line(asking(12, 'credits'), without, {})).toBe('1 message, 1 segment. Nothing was sent.');
		expect(without[0]).not.toHaveProperty('balance');
	});

	test('is there also where the balance cannot be told', async () => {
		const refused = previewOperation({}, country, undefined, async () => await Promise.reject(failure('account', 'Example Phone did not accept the credential', 'Check it.')));
		const rows = [row(1)];
		expect(await line(refused, rows, { showBalance: true })).toBe('1 message, 1 segment. Nothing was sent. The balance could not be asked: Example Phone did not accept the credential. Check it.');
		expect(rows).toMatchObject([{ balance: null, balanceUnit: null }]);
	});
});

test('it asks for what a send asks for, and more where the provider has more', () => {
	const fieldsOf = (operation: UnnamedOperation) => Object.entries(operation.fields).map(([name, { label, required, property }]) => [name, label, required, property.placeholder]);
	expect(fieldsOf(plain)).toEqual([['to', 'To', true, 'e.g. 0412 345 678'], ['message', 'Message', true, undefined]]);
	expect(fieldsOf(previewOperation({ example: '0812 345 678' }, country))[0]).toEqual(['to', 'To', true, 'e.g. 0812 345 678']);
	expect(Object.keys(plain.options ?? {})).toEqual(['allowLandlines', 'answerLink', 'defaultCountry', 'includeInputFields']);
	const { unicode } = previewOperation({ unicodeDefault: true }, country).options ?? {};
	expect([unicode?.label, unicode?.property.default]).toEqual(['Unicode', true]);
});

test('a number or a text that is not there yet is no reason to show nothing', () => {
	const reading = { field: 'To', phone: examplePhone.phone, timezone: 'UTC', now: 0 } as unknown as Reading;
	expect([plain.fields['to']?.read('', reading), plain.fields['message']?.read('', { ...reading, field: 'Message' })]).toEqual([[], '']);
});
