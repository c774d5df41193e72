import { byId, element, fitting } from "./element.ts";

/** What the local cloud says of its clock. */
interface Told {
  readonly now: string;
  readonly speed: number;
}

const steps = [
  ["+1 min", 60],
  ["+10 min", 600],
  ["+1 h", 3_600],
  ["+8 h", 28_800],
  ["+1 day", 86_400],
] as const;
const speeds: Readonly<Record<number, string>> = {
  1: "Real time",
  10: "Ten times as fast",
  60: "A minute a second",
  600: "Ten minutes a second",
};

/** Lets time pass for everybody on the page; hidden where the clock belongs to somebody else. */
export async function clockControl(showTime: (now: number) => void): Promise<void> {
  const speed = fitting("speed", HTMLSelectElement);
  const show = (told: Told): void => {
    showTime(Date.parse(told.now));
    if (!(told.speed in speeds)) addSpeed(speed, told.speed);
    speed.value = String(told.speed);
    byId("clock").classList.toggle("is-fast", told.speed !== 1);
  };
  const turn = async (wish: Readonly<Record<string, number>>): Promise<void> => {
    const told = await ask(wish);
    byId("clock-wrong").textContent = told ? "" : "The clock did not answer.";
    if (told) show(told);
  };
  for (const each of Object.keys(speeds)) addSpeed(speed, Number(each));
  speed.addEventListener("change", () => void turn({ speed: Number(speed.value) }));
  byId("ahead").append(
    ...steps.map(([label, advanceSeconds]) =>
      element(
        "button",
        { type: "button", class: "chip", onclick: () => void turn({ advanceSeconds }) },
        label,
      ),
    ),
  );
  const told = await ask();
  byId("clock").hidden = told === undefined;
  if (told) show(told);
}

function addSpeed(list: HTMLSelectElement, speed: number): void {
  list.append(element("option", { value: String(speed) }, speeds[speed] ?? `${speed} times as fast`));
}

async function ask(wish?: Readonly<Record<string, number>>): Promise<Told | undefined> {
  const change = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wish),
  };
  try {
    const response = await fetch("/_local/clock", wish ? change : {});
    return response.ok ? ((await response.json()) as Told) : undefined;
  } catch {
    return undefined;
  }
}
