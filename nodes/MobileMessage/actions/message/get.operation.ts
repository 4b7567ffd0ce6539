import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { findBy } from '../../fields';
import { history, shownMessage } from '../../messages';

const advice = 'Check it against the output of the node that sent the message.';

/** GET /v1/messages ("Lookup by ID or reference"). */
export const get = itemOperation({
	label: 'Get',
	action: 'Get an SMS',
	description: 'Get a message by its ID, or all messages with a reference',
	effect: 'read',
	fields: { ...findBy, ...simplify },
	request: ({ by, messageId, reference }) => ({ method: 'GET', path: '/v1/messages', query: by === 'messageId' ? { message_id: messageId } : { custom_ref: reference } }),
	response: history,
	raw({ results }) {
		if (results.length > 0) return results as IDataObject[];
		throw failure('refused', 'There is no message with this ID or reference', advice);
	},
	output({ results }, { by, messageId, reference }) {
		if (results.length > 0) return results.map(shownMessage);
		throw failure('refused', by === 'messageId' ? `There is no message with the ID "${messageId}"` : `There is no message with the reference "${reference}"`, advice);
	},
});
