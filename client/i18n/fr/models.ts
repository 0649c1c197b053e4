import type { Translation } from '../t.ts';

export const modelsMessages: Translation<'console.models'> = {
  title: 'Modèles',
  lead: 'L’embedder transforme un visage en nombres que l’on compare. Un autre peut prendre sa place sans arrêter le serveur.',
  failed: 'Impossible de charger les modèles',
  serves: 'En service',
  tasks: { embed: 'Embedder', detect: 'Détecteur', mesh: 'Maillage du visage' },
  files: { present: 'Fichier en place', missing: 'Fichier absent', damaged: 'Fichier abîmé' },
  dimensions: '{count} nombres',
  notCalibrated: 'Seuils non mesurés',
  licence: 'Licence',
  trainingData: 'Entraîné sur',
  source: 'Source',
  missingHint: 'Sur le serveur : npm run models -- pull {name}',
  use: 'Utiliser…',
  useName: 'Utiliser {name}…',
  ask: {
    title: 'Passer à {name} ?',
    what: 'Voici ce qui se passe :',
    embed:
      'Chaque photo enregistrée est recalculée depuis sa vignette gardée, en arrière-plan. Les vignettes en direct passent d’abord.',
    meanwhile: 'Entre-temps, {name} reste en service. On peut enregistrer et effacer comme toujours.',
    atOnce:
      'Quand tout est prêt, tous les workers changent d’un coup. Dès lors valent les scores et les seuils du nouveau modèle.',
    rights: 'Sa licence est {spdx}. Entraîné sur : {trainingData}',
    confirm: 'Changer de modèle',
    failed: 'Le changement n’a pas commencé',
  },
  change: {
    embedding: 'Passage à {name} : {done} photos sur {total}',
    preparing: 'Passage à {name} : les workers se préparent',
    rate: '{rate} photos par seconde, encore {left}',
    cancel: 'Annuler le changement',
    cancelFailed: 'Le changement n’a pas été annulé',
    stopped: 'Le passage à {name} s’est arrêté',
    cannotEmbed: {
      one: 'Il ne peut pas traiter {count} photo : elle est laissée de côté.',
      other: 'Il ne peut pas traiter {count} photos : elles sont laissées de côté.',
    },
    lost: 'Ces personnes ne seraient plus reconnues :',
    goOn: 'Continuer',
    goOnWithout: 'Continuer sans elles',
    done: '{name} est en service',
  },
};
