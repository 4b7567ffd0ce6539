import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/incoming/{messageId}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a received SMS',
	description: 'Delete a received message',
	effect: 'repeatable',
	fields: { messageId },
	request: (values) => ({ method: 'DELETE', path: `/v1/incoming/${values.messageId}` }),
	response: nothing,
	output: (_response, values) => ({ deleted: true, messageId: values.messageId }),
	gone: (values) => ({ deleted: true, messageId: values.messageId }),
});
