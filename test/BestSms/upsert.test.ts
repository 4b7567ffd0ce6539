/** A contact is not made twice in one run. */
import type { IDataObject } from 'n8n-workflow';

import { failure, isFailure } from '../../engine/failure';
import type { Fields } from '../../engine/inputs/fields';
import type { CustomOperation, ProviderRequest, Send } from '../../engine/operation';
import { upsert } from '../../nodes/BestSms/actions/contact/upsert.operation';

const operation = upsert as unknown as CustomOperation<Fields, Fields>;

/** Two items of one number, whose first creation comes to that. */
async function twice(thrown: Error): Promise<{ outcomes: unknown[]; posts: number }> {
	const requests: ProviderRequest[] = [];
	const send: Send = async (request, schema) => {
		requests.push(request);
		if (request.method === 'POST' && requests.length === 2) throw thrown;
		return await Promise.resolve(schema.parse(request.method === 'GET' ? { Result: 'Success', Contacts: [] } : { Result: 'Success', Contact: { ID: '1' } }));
	};
	const items = [{ mobilePhone: '+61412345678' }, { mobilePhone: '+61412345678' }];
	await operation.before?.(items, send);
	const outcomes: unknown[] = [];
	for (const item of items) {
		const rows = operation.run(item, { send, as: () => send, phone: { region: 'AU', form: 'e164' }, answerLink: () => '' });
		outcomes.push(await rows.then(([row]): unknown => (row as IDataObject)['created']).catch((one: unknown) => (isFailure(one) ? one.message : String(one))));
	}
	return { outcomes, posts: requests.filter(({ method }) => method === 'POST').length };
}

test.each([[failure('ambiguous', 'Lost')], [new Error('Lost')]])('a contact whose creation is in doubt is not created again for another item of its number: %s', async (thrown) => {
	const [first, second] = (await twice(thrown)).outcomes;
	expect(String(first)).toContain('Lost');
	expect(second).toBe('Whether the contact with the number +61412345678 was created for an item before this one is not known');
	expect((await twice(thrown)).posts).toBe(1);
});

test('one that was refused is, since that was surely not done', async () => {
	expect(await twice(failure('refused', 'Not now'))).toEqual({ outcomes: ['Not now', true], posts: 2 });
});
