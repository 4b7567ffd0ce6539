import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { actionBody, actionOutput } from '../../messages';
import { api } from '../../provider';
import { settleResubmission } from '../../settling';
import { checkTimeZone, sendAt, sendTime, timeZone } from '../../times';

/** PATCH /set/resubmit/{MessageID}: "retry a failed message". */
export const resubmit = itemOperation({
	label: 'Resubmit',
	action: 'Resubmit a failed message',
	description: 'Try a failed message again, now or later. Of several messages with this ID it is the newest.',
	effect: 'once',
	subject: 'resubmission',
	fields: { messageId },
	options: { scheduledFor: sendAt('When to try it again, in the workflow\'s time zone. Leave it out to try it now.'), timeZone },
	check: checkTimeZone,
	request: (values) => ({ method: 'PATCH', path: `${api}/set/resubmit/${values.messageId}`, body: values.scheduledFor && sendTime(values) }),
	response: actionBody,
	output: (body, values) => actionOutput(body, values.messageId, { resubmitted: true }),
	doubt: { by: 'mark', look: settleResubmission },
});
