import { resource } from '../../../../engine/operation';
import { get } from './get.operation';
import { preview } from './preview.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';
import { sendToGroup } from './sendToGroup.operation';

export const messageResource = resource('SMS', 'message', { send, sendAndWait, sendToGroup, get, preview });
