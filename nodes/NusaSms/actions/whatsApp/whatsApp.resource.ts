import { resource } from '../../../../engine/operation';
import { checkNumbers } from './checkNumbers.operation';
import { get } from './get.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';
import { sendMedia } from './sendMedia.operation';

export const whatsAppResource = resource('WhatsApp', 'whatsApp', { send, sendAndWait, sendMedia, get, checkNumbers });
