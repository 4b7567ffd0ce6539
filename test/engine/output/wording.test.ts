import type { INode } from 'n8n-workflow';

import { failure } from '../../../engine/failure';
import { amount, nodeError } from '../../../engine/output/wording';

const node: INode = { id: 'a', name: 'Send', type: 'n8n-nodes-sms-hub.example', typeVersion: 1, position: [0, 0], parameters: {} };

test('an item has one number, as people count: n8n shows the one that it is told behind the text, and counts from 0', () => {
	const { message, context } = nodeError(node, { index: 2, failed: failure('refused', 'Not a number') }, [], 6);
	expect(message).toBe('Not a number [item 3 of 6]');
	expect(context['itemIndex']).toBeUndefined();
});

test('one credit is one', () => {
	expect([amount(246, 'credits'), amount(1, 'credits'), amount(1, 'UGX'), amount(1.5, 'credits')]).toEqual(['246 credits', '1 credit', '1 UGX', '1.5 credits']);
});
