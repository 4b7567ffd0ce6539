import { timeZone } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { actionBody, actionOutput } from '../../messages';
import { api } from '../../provider';
import { isoTime, newSendAt, sendTime } from '../../times';

/** PATCH /set/reschedule/{MessageID}: "adjust the sending date/time". */
export const reschedule = itemOperation({
	label: 'Reschedule',
	action: 'Reschedule an SMS',
	description: 'Change the time of a message that waits for it. Of several messages with this ID it is the newest.',
	effect: 'repeatable',
	fields: { messageId, scheduledFor: newSendAt, timeZone },
	request: (values) => ({ method: 'PATCH', path: `${api}/set/reschedule/${values.messageId}`, body: sendTime(values) }),
	response: actionBody,
	output: (body, values) => actionOutput(body, values.messageId, { rescheduled: true, scheduledFor: isoTime(values.scheduledFor) }),
});
