import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';

/** GET /v1/webhooks: one URL for inbound messages and one for delivery reports, or none. */
export const getAll = itemOperation({
	label: 'Get Many',
	action: 'Get many webhooks',
	description: 'Get the URLs that receive inbound messages and delivery reports',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: '/v1/webhooks' }),
	response: z.object({ webhooks: z.record(z.string().nullable().catch(null)) }).passthrough(),
	output: ({ webhooks }) => Object.entries(webhooks).map(([type, url]) => ({ type, url })),
});
