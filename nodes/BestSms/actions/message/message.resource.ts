import { resource } from '../../../../engine/operation';
import { cancel } from './cancel.operation';
import { get } from './get.operation';
import { getReplies } from './getReplies.operation';
import { preview } from './preview.operation';
import { reschedule } from './reschedule.operation';
import { resubmit } from './resubmit.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';

export const messageResource = resource('SMS', 'message', { send, sendAndWait, get, getReplies, resubmit, reschedule, cancel, preview });
