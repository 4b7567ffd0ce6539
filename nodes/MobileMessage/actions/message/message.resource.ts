import { resource } from '../../../../engine/operation';
import { cancel } from './cancel.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { preview } from './preview.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';
import { sendSimple } from './sendSimple.operation';
import { sendToList } from './sendToList.operation';

export const messageResource = resource('SMS', 'message', { send, sendAndWait, sendToList, sendSimple, get, getAll, cancel, preview });
