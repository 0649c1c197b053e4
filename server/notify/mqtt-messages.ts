import type { Stream } from '../../protocol/events.ts';
import type { SightingEvent } from '../../protocol/webhooks.ts';

/** One message to the broker. */
export type MqttMessage = { topic: string; payload: string; retain: boolean };

/** Home Assistant looks here: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery */
const DISCOVERY = 'homeassistant';

/** Below the kiosk's topic. */
const SUBTOPICS = {
  'sighting.began': 'sighting',
  'sighting.ended': 'sighting/ended',
  'alert.raised': 'alert',
} as const satisfies Record<SightingEvent['type'], string>;

/** The topics and messages, under a prefix such as `facewire`. */
export function createMqttMessages(prefix: string) {
  const serverState = `${prefix}/server/state`;
  const stateOf = (kiosk: string) => `${prefix}/${kiosk}/state`;
  const nodeOf = (kiosk: string) => `${prefix.replace(/[^a-zA-Z0-9_-]/g, '_')}_${kiosk}`;
  const discoveryOf = (kiosk: string) => ({
    person: `${DISCOVERY}/sensor/${nodeOf(kiosk)}/last_person/config`,
    online: `${DISCOVERY}/binary_sensor/${nodeOf(kiosk)}/online/config`,
  });
  const retained = (topic: string, payload: string): MqttMessage => ({ topic, payload, retain: true });

  return {
    /** Whether the server is there; the broker says offline by itself when the connection is lost. */
    availability: (online: boolean) => retained(serverState, online ? 'online' : 'offline'),

    kioskState: ({ id, online }: Pick<Stream, 'id' | 'online'>) =>
      retained(stateOf(id), online ? 'online' : 'offline'),

    /** How Home Assistant is to show a kiosk: a sensor for the last person, one for whether it is online. */
    discovery({ id, name, place }: Stream): MqttMessage[] {
      const node = nodeOf(id);
      const common = {
        availability_topic: serverState,
        device: {
          identifiers: [node],
          name,
          manufacturer: 'Facewire',
          model: 'Kiosk',
          ...(place ? { suggested_area: place } : {}),
        },
        origin: { name: 'Facewire' },
      };
      const topics = discoveryOf(id);
      const person = {
        ...common,
        name: 'Last person',
        unique_id: `${node}_last_person`,
        icon: 'mdi:face-recognition',
        state_topic: `${prefix}/${id}/sighting`,
        value_template:
          "{{ value_json.sighting.person.name if value_json.sighting.person is defined else 'Unknown' }}",
        json_attributes_topic: `${prefix}/${id}/sighting`,
      };
      const online = {
        ...common,
        name: 'Online',
        unique_id: `${node}_online`,
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic: stateOf(id),
        payload_on: 'online',
        payload_off: 'offline',
      };
      return [
        retained(topics.person, JSON.stringify(person)),
        retained(topics.online, JSON.stringify(online)),
      ];
    },

    /** Takes a revoked kiosk off the broker, and out of Home Assistant: empty messages delete retained ones. */
    removal(kiosk: string): MqttMessage[] {
      const { person, online } = discoveryOf(kiosk);
      return [person, online, stateOf(kiosk)].map((topic) => retained(topic, ''));
    },

    /** Never retained: whoever connects later would take it for new. The end has a topic of its own. */
    sighting(event: SightingEvent): MqttMessage {
      return {
        topic: `${prefix}/${event.sighting.kiosk.id}/${SUBTOPICS[event.type]}`,
        payload: JSON.stringify(event),
        retain: false,
      };
    },
  };
}
