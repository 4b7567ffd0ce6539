import { schedule } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { actionBody, actionOutput } from '../../messages';
import { api } from '../../provider';
import { settleResubmission } from '../../settling';
import { sendAt, sendTime } from '../../times';

/** PATCH /set/resubmit/{MessageID}: "retry a failed message". */
export const resubmit = itemOperation({
	label: 'Resubmit',
	action: 'Resubmit a failed SMS',
	description: 'Try a failed message again, now or later. Of several messages with this ID it is the newest.',
	effect: 'once',
	subject: 'resubmission',
	fields: { messageId, ...schedule(sendAt('When to try it again')) },
	request: (values) => ({ method: 'PATCH', path: `${api}/set/resubmit/${values.messageId}`, body: values.scheduledFor && sendTime(values) }),
	response: actionBody,
	output: (body, values) => actionOutput(body, values.messageId, { resubmitted: true }),
	doubt: { by: 'mark', look: settleResubmission },
});
