import type { IDataObject } from 'n8n-workflow';

import { countryField, flag } from '../../../engine/inputs/fields';
import { previewOperation } from '../../../engine/editor/preview';
import type { UnnamedOperation } from '../../../engine/operation';
import { examplePhone } from '../examplePhoneCompany';

const country = countryField({ region: 'AU', label: 'Australia (+61)' });

async function preview(operation: UnnamedOperation, values: Record<string, unknown>): Promise<IDataObject[]> {
	if (operation.kind !== 'custom') throw new Error('A preview sends nothing');
	const send = () => Promise.reject(new Error('It was sent'));
	return await operation.run(values, { send, as: () => send, phone: examplePhone.phone, answerLink: () => `https://n8n.example.com/${'x'.repeat(140)}` });
}

const marked = previewOperation({ marks: ['[[', ']]'], placeholders: { Name: 'the send fills it in.' } }, country);

test('placeholders are those between the provider\'s marks', async () => {
	expect(await preview(marked, { to: ['0412 345 678'], message: '[[Name]] {Name} [[Nobody]] [Name]' })).toMatchObject([
		{ notes: '[[Nobody]] is not a placeholder that the provider fills in; it will be sent as it stands. [[Name]] is counted as it is written; the send fills it in.' },
	]);
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
		{ to: '12', problem: '"12" is too short to be a phone number', gift: true },
	]);
});
