import type { INode } from 'n8n-workflow';

import { badValue, failure } from '../../../engine/failure';
import { amount, nodeError, others, ranges, runError, sentence } from '../../../engine/output/wording';

const node: INode = { id: 'a', name: 'Send', type: 'n8n-nodes-sms-hub.example', typeVersion: 1, position: [0, 0], parameters: {} };

test('an item has one number, as people count: n8n shows the one that it is told behind the text, and counts from 0', () => {
	const { message, context } = nodeError(node, { index: 2, failed: failure('refused', 'Not a number') }, [], 6);
	expect(message).toBe('Not a number [item 3 of 6]');
	expect(context['itemIndex']).toBeUndefined();
});

test('one credit is one', () => {
	expect([amount(246, 'credits'), amount(1, 'credits'), amount(1, 'UGX'), amount(1.5, 'credits')]).toEqual(['246 credits', '1 credit', '1 UGX', '1.5 credits']);
});

test('a bad value is told with its field, and what the user wrote behind a colon', () => {
	expect(sentence(badValue('To', 'is empty'))).toBe('To is empty');
	expect(sentence(badValue('To', '"12" is too short'))).toBe('To: "12" is too short');
	expect(sentence(failure('refused', '"12" was refused'))).toBe('"12" was refused');
});

test('what to do stands below, before whatever else there is to say', () => {
	const failed = badValue('To', 'is empty', 'Fill it in.');
	expect(nodeError(node, { index: 0, failed }, ['', 'Nothing was sent.'])).toMatchObject({ message: 'To is empty [item 1]', description: 'Fill it in. Nothing was sent.' });
	expect(nodeError(node, { index: 0, failed: badValue('To', 'is empty') }, ['Nothing was sent.'])).toHaveProperty('description', 'Nothing was sent.');
	expect(nodeError(node, { index: 0, failed })).toHaveProperty('description', 'Fill it in.');
	expect(runError(node, failed)).toMatchObject({ message: 'To is empty', description: 'Fill it in.' });
});

test('ten items are told in a sentence each, the rest by their numbers', () => {
	const items = (count: number) => Array.from({ length: count }, (_, index) => ({ index: index + 1, failed: badValue('To', 'is empty') }));
	const ten = Array.from({ length: 10 }, (_, index) => `[item ${index + 2}] To is empty`).join('; ');
	expect(others([])).toBe('');
	expect(others(items(2))).toBe('Also: [item 2] To is empty; [item 3] To is empty.');
	expect(others([{ index: 1, failed: failure('refused', 'Insufficient credits.') }])).toBe('Also: [item 2] Insufficient credits.');
	expect(others(items(10))).toBe(`Also: ${ten}.`);
	expect(others(items(11))).toBe(`Also: ${ten}, and item 12.`);
	expect(others([...items(13), { index: 20, failed: badValue('To', 'is empty') }])).toBe(`Also: ${ten}, and items 12-14, 21.`);
});

test.each([
	[[], ''],
	[[3], '3'],
	[[3, 4], '3, 4'],
	[[3, 5, 6, 7, 12], '3, 5-7, 12'],
	[[1, 2, 3, 4, 6, 7], '1-4, 6, 7'],
	[[5, 5], '5'],
])('the items %j are told as "%s"', (numbers, told) => {
	expect(ranges(numbers)).toBe(told);
});
