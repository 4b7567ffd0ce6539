import { resource } from '../../../../engine/operation';
import { preview } from './preview.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';

export const messageResource = resource('SMS', 'message', { send, sendAndWait, preview });
