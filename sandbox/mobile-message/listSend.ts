/** One text to every contact of a list (document: "Send to List"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { idField } from '../ids';
import { dateTime, findSender, type Account } from './account';
import { errorAnswer, errorTexts } from './errors';
import { scheduleField, sendOptions } from './messages';
import { acceptMessage, prepareMessage, readSchedule, type PreparedMessage } from './send';

export const listSendEndpoints = [
	endpoint({
		method: 'POST',
		path: '/v1/list-send',
		body: z
			.object({
				list_id: idField,
				sender: z.string(),
				message: z.string(),
				custom_ref: z.string().optional(),
				scheduled_for: scheduleField.optional(),
				...sendOptions,
			})
			.strict(),
		async handle(account: Account, { body, request }) {
			// Where POST /v1/messages reports an error per message, this one has a single answer: 400 with the same text.
			const list = account.lists.get(body.list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			if (body.message.trim() === '') return errorAnswer(400, errorTexts.emptyMessage);
			if (!findSender(account, body.sender)) return errorAnswer(400, errorTexts.invalidSender);
			const scheduledFor = body.scheduled_for === undefined ? null : (readSchedule(body.scheduled_for) ?? null);

			const accepted: PreparedMessage[] = [];
			let blocked = 0;
			let tooLong = 0;
			let other: string | undefined;
			for (const id of list.members.keys()) {
				const contact = account.contacts.get(id);
				if (!contact) continue;
				const prepared = prepareMessage(account, {
					to: contact.number,
					message: body.message,
					sender: body.sender,
					custom_ref: body.custom_ref,
					unicode: body.enable_unicode ?? false,
					maxParts: body.max_parts ?? 10,
					ignoreUnsubscribes: body.ignore_unsubscribes ?? false,
					scheduled_for: body.scheduled_for,
					contact,
				});
				if (!('error' in prepared)) accepted.push(prepared);
				else if (prepared.status === 'blocked') blocked++;
				else if (prepared.error === errorTexts.tooLong) tooLong++;
				else other = prepared.error;
			}
			if (other !== undefined && (other === errorTexts.tooSoon || accepted.length === 0)) return errorAnswer(400, other);
			const cost = accepted.reduce((sum, { segments }) => sum + segments, 0);
			if (cost > account.world.settings.credits) return errorAnswer(403, errorTexts.noCredits);
			await request.take(accepted, (prepared) => acceptMessage(account, prepared));
			return {
				httpStatus: 200,
				body: {
					status: 'complete',
					list_id: list.list_id,
					// Without the blocked ones: the example has 150 recipients, 3 blocked, and costs 150.
					total_recipients: accepted.length,
					total_blocked_unsubscribed: blocked,
					total_skipped_too_long: tooLong,
					total_cost: cost,
					scheduled_for: scheduledFor === null ? null : dateTime(scheduledFor),
					// The example sends at once and says "queued"; a later send is named like its messages' status.
					send_status: scheduledFor === null ? 'queued' : 'scheduled',
				},
			};
		},
	}),
];
