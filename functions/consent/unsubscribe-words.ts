import { fallbacksOf } from "../platform/locale.ts";
import type { Leaving } from "./unsubscribe-token.ts";

/** What the way out of e-mail says in a language. `brand`, `kind` and `contact` come as they are to be written. */
export interface UnsubscribeWords {
  readonly language: string;
  /** What each kind of mail is called by who gets it. */
  readonly kinds: Readonly<Record<Leaving["purpose"], string>>;
  /** On the button, and in the line below an e-mail. */
  readonly unsubscribe: string;
  readonly ask: (kind: string, brand: string) => string;
  readonly done: string;
  readonly promise: (kind: string, brand: string) => string;
  readonly lost: string;
  readonly help: (brand: string, contact: string) => string;
}

const english: UnsubscribeWords = {
  language: "en",
  kinds: {
    marketing: "offers and news",
    service: "service messages",
    transactional: "messages about your orders and account",
    otp: "codes",
  },
  unsubscribe: "Unsubscribe",
  ask: (kind, brand) => `Stop ${kind} from ${brand} to this address?`,
  done: "You are unsubscribed",
  promise: (kind, brand) => `${brand} will not send ${kind} to this address any more.`,
  lost: "This link does not lead anywhere",
  help: (brand, contact) => `Write to ${brand} at ${contact}: they will take you off the list.`,
};

const all: readonly UnsubscribeWords[] = [
  english,
  {
    language: "de",
    kinds: {
      marketing: "Angebote und Neuigkeiten",
      service: "Servicenachrichten",
      transactional: "Nachrichten zu Ihren Bestellungen und Ihrem Konto",
      otp: "Codes",
    },
    unsubscribe: "Abmelden",
    ask: (kind, brand) => `Möchten Sie an diese Adresse keine ${kind} von ${brand} mehr erhalten?`,
    done: "Sie sind abgemeldet",
    promise: (kind, brand) => `${brand} sendet an diese Adresse keine ${kind} mehr.`,
    lost: "Dieser Link führt nirgendwohin",
    help: (brand, contact) => `Schreiben Sie ${brand} an ${contact}: Dort nimmt man Sie von der Liste.`,
  },
  {
    language: "es",
    kinds: {
      marketing: "ofertas y novedades",
      service: "mensajes de servicio",
      transactional: "mensajes sobre sus pedidos y su cuenta",
      otp: "códigos",
    },
    unsubscribe: "Darse de baja",
    ask: (kind, brand) => `¿Quiere dejar de recibir ${kind} de ${brand} en esta dirección?`,
    done: "Se ha dado de baja",
    promise: (kind, brand) => `${brand} ya no enviará ${kind} a esta dirección.`,
    lost: "Este enlace no lleva a ninguna parte",
    help: (brand, contact) => `Escriba a ${brand} a ${contact}: le quitarán de la lista.`,
  },
  {
    language: "fr",
    kinds: {
      marketing: "d’offres ni de nouveautés",
      service: "de messages de service",
      transactional: "de messages sur vos commandes et votre compte",
      otp: "de codes",
    },
    unsubscribe: "Se désabonner",
    ask: (kind, brand) => `Ne plus recevoir ${kind} de la part de ${brand} à cette adresse ?`,
    done: "Vous êtes désabonné",
    promise: (kind, brand) => `${brand} n’enverra plus ${kind} à cette adresse.`,
    lost: "Ce lien ne mène nulle part",
    help: (brand, contact) => `Écrivez à ${brand} à l’adresse ${contact} : vous serez retiré de la liste.`,
  },
  {
    language: "it",
    kinds: {
      marketing: "offerte e novità",
      service: "messaggi di servizio",
      transactional: "messaggi sui suoi ordini e sul suo account",
      otp: "codici",
    },
    unsubscribe: "Annulla l’iscrizione",
    ask: (kind, brand) => `Non vuole più ricevere ${kind} da ${brand} a questo indirizzo?`,
    done: "Iscrizione annullata",
    promise: (kind, brand) => `${brand} non invierà più ${kind} a questo indirizzo.`,
    lost: "Questo link non porta da nessuna parte",
    help: (brand, contact) => `Scriva a ${brand} all’indirizzo ${contact}: la toglieranno dalla lista.`,
  },
  {
    language: "nl",
    kinds: {
      marketing: "aanbiedingen en nieuws",
      service: "serviceberichten",
      transactional: "berichten over uw bestellingen en account",
      otp: "codes",
    },
    unsubscribe: "Afmelden",
    ask: (kind, brand) => `Wilt u op dit adres geen ${kind} van ${brand} meer ontvangen?`,
    done: "U bent afgemeld",
    promise: (kind, brand) => `${brand} stuurt geen ${kind} meer naar dit adres.`,
    lost: "Deze link leidt nergens heen",
    help: (brand, contact) => `Schrijf ${brand} op ${contact}: daar haalt men u van de lijst.`,
  },
  {
    language: "pt",
    kinds: {
      marketing: "ofertas e novidades",
      service: "mensagens de serviço",
      transactional: "mensagens sobre os seus pedidos e a sua conta",
      otp: "códigos",
    },
    unsubscribe: "Cancelar subscrição",
    ask: (kind, brand) => `Deixar de receber ${kind} de ${brand} neste endereço?`,
    done: "A sua subscrição foi cancelada",
    promise: (kind, brand) => `${brand} não enviará mais ${kind} para este endereço.`,
    lost: "Este link não leva a lado nenhum",
    help: (brand, contact) => `Escreva para ${brand} em ${contact}: vão retirá-lo da lista.`,
  },
];

const byLanguage = new Map(all.map((words) => [words.language, words]));

/** The words of the first wish that there are some for, a shorter tag in the place of a longer one; English for none. */
export function unsubscribeWords(...wishes: readonly (string | undefined)[]): UnsubscribeWords {
  const found = fallbacksOf(...wishes).find((tag) => byLanguage.has(tag));
  return (found === undefined ? undefined : byLanguage.get(found)) ?? english;
}

/** The languages that there are words for. */
export const unsubscribeLanguages: readonly string[] = all.map(({ language }) => language);
