import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/messages/{messageId}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete an SMS',
	description: 'Delete a message. A scheduled message is cancelled by this.',
	effect: 'repeatable',
	fields: { messageId },
	request: (values) => ({ method: 'DELETE', path: `/v1/messages/${values.messageId}` }),
	response: nothing,
	output: (_response, values) => ({ deleted: true, messageId: values.messageId }),
	gone: (values) => ({ deleted: true, messageId: values.messageId }),
});
