/** The explorer's words in the Spanish of the notebooks' twins. Numbers are written as in English, as INEI writes them. */
import { capital } from "./capital.ts";
import type { Phrases } from "./english.ts";

const UNITS: Readonly<Record<string, string>> = { regions: "regiones", units: "unidades" };
const isYear = (time: string) => time === "year";
const timeName = (time: string) => isYear(time) ? "año" : time;
const plural = (time: string) => isYear(time) ? "años" : "periodos";

export const SPANISH: Phrases = {
  explorer: "Explorador",
  simulatedData: "datos simulados",
  simulatedOutcome: "resultado simulado",
  source: (source) => `Fuente: ${source}. Calculado en su navegador.`,
  cannotCompute: "No se puede calcular. ",
  given: (reason) => `Motivo, en inglés: ${reason}`,
  refused: ({ problem, remedy }) => `${problem}. Qué hacer: ${remedy}.`,
  refusals: {
    noStart: (estimator) => ({
      problem: `${estimator}: necesita fechas de inicio del tratamiento, y una dosis no las tiene`,
      remedy: "elegir un grupo tratado, un umbral o un estimador bidireccional",
    }),
    noControls: (estimator) => ({
      problem: `${estimator}: aquí no admite controles`,
      remedy: "desmarcar los controles o elegir otro estimador",
    }),
  },

  units: (units) => UNITS[units] ?? units,
  time: timeName,
  effectUnit: ({ unit }) =>
    unit.startsWith("%") ? "puntos porcentuales" : unit === "" ? "unidades del resultado" : unit,
  window: (from, to, dropped) =>
    `${from}–${to}${dropped.length === 0 ? "" : ` sin ${dropped.join(", ")}`}`,
  interval: (low, high, missing) => {
    if (low === null) return high === null ? missing : `hasta ${high} (por abajo, ${missing})`;
    return high === null ? `desde ${low} (por arriba, ${missing})` : `de ${low} a ${high}`;
  },
  noEndFound: "no se halló el extremo",
  noIntervalFound: "no se halló un intervalo",

  estimators: {
    twfe: "Efectos fijos bidireccionales",
    trends: "Efectos fijos bidireccionales, con una tendencia por unidad",
    events: "Estudio de eventos, promedio tras el tratamiento",
    callaway: "Callaway y Sant’Anna",
    sunab: "Sun y Abraham",
    imputation: "Imputación (Borusyak, Jaravel y Spiess)",
    etwfe: "Efectos fijos bidireccionales extendidos (Wooldridge)",
    lpdid: "Proyecciones locales",
    dcdh: "De Chaisemartin y D’Haultfœuille",
  },
  errors: {
    own: { label: "Agrupados (por defecto)", words: "errores estándar agrupados" },
    CR2: { label: "CR2, con sesgo reducido", words: "errores estándar CR2, Satterthwaite" },
    CV3: { label: "CV3, jackknife por clusters", words: "errores estándar CV3 por jackknife" },
    HC1: { label: "HC1, sin agrupar", words: "errores estándar HC1, sin agrupar" },
    iid: {
      label: "iid, como si fueran independientes",
      words: "errores estándar como si las filas fueran independientes",
    },
    dk: {
      label: "Driscoll–Kraay, 2 rezagos",
      words: "errores estándar de Driscoll–Kraay, 2 rezagos",
    },
    wild: { label: "Wild bootstrap (WCR-C)", words: "wild bootstrap por clusters, WCR-C" },
    wildS: { label: "Wild bootstrap (WCR-S)", words: "wild bootstrap por clusters, WCR-S" },
  },
  notBootstrap: (errors) => `${errors}, no el bootstrap`,

  finding: {
    perDose: (unit) => `al aumentar la dosis en 1 ${unit}`,
    threshold: (units, threshold, dose, when) =>
      `para las ${units} con al menos ${threshold} ${dose}${when === null ? "" : ` en ${when}`}`,
    group: (units, treated) => `para las ${units} ${treated}`,
    sentence: (outcome, treatment, estimator, window) =>
      `${outcome}: la diferencia ${treatment}. ${estimator}, ${window}.`,
    sure: (interval, p, errors) => `Intervalo del 95 %: ${interval}; ${p} (${errors})`,
  },
  specification: {
    threshold: (threshold, year) => `umbral de ${threshold} en ${year}`,
    crossing: (threshold) => `umbral de ${threshold}, al cruzarlo`,
    dose: "dosis",
    weighted: (by) => `ponderado por ${by}`,
    controls: (names) => `controles: ${names}`,
  },

  controls: {
    compared: "Qué se compara",
    which: (time) => `Qué ${plural(time)}`,
    estimated: "Cómo se estima",
    sure: "Qué tan seguros estamos",
    simulated: "Real o simulado",
    outcome: "Resultado",
    treatment: "Tratamiento",
    treatments: {
      given: (given) => given,
      threshold: (_given, units) => `${capital(units)} que alcanzan un umbral`,
      dose: () => "La dosis misma, continua",
    },
    threshold: (dose) => `Umbral: ${dose}`,
    adoption: "Tratadas desde",
    common: (from) => `${from}, todas a la vez`,
    crossing: "cuando cada una lo cruza",
    year: "Dosis leída en",
    from: "Desde",
    to: "Hasta",
    base: (time) =>
      isYear(time)
        ? "Año base del estudio de eventos"
        : `Periodo base del estudio de eventos (${time})`,
    dropped: (time) => `${capital(plural(time))} que se dejan fuera`,
    estimator: "Estimador",
    weights: "Pesos",
    unweighted: "Cada unidad cuenta por igual",
    controls: (time) => `Controles, cada uno × ${timeName(time)}`,
    errors: "Errores estándar",
    draws: "Réplicas del bootstrap",
    bound: "M̄: cuánto pueden desviarse las tendencias",
    data: "Datos",
    datasets: {
      real: "Datos reales",
      none: "Simulados: sin efecto",
      constant: "Simulados: efecto constante",
      growing: "Simulados: efecto creciente",
      trends: "Simulados: tendencias distintas",
      mystery: "Simulados: un misterio",
    },
    seed: "Semilla de la simulación",
    simulatedWhere: (where) => `Se pueden simular resultados si ${where}.`,
  },
  simulatedWhere: {
    group: "el estudio tiene un grupo tratado",
    before: (least) => `hay al menos ${least} periodos antes del tratamiento`,
    balanced: "cada unidad se observa en todos los periodos",
  },

  views: {
    interval: "intervalo del 95 %",
    truth: "verdad",
    working: "Calculando …",
    treatmentStarts: "tratamiento →",
    periods: "periodos desde el tratamiento",
    tip: (time, estimate, interval) => `${time}: ${estimate}\n95 %: ${interval}`,
  },
  events: {
    title: "Estudio de eventos",
    allZero: (base, test) => `Todos los efectos anteriores a ${base} son cero: ${test}`,
    plainF: (test) => `${test} (con pocos clusters, F rechaza demasiado a menudo)`,
    noTest: (reason) => `Sin prueba conjunta. Motivo, en inglés: ${reason}`,
    band: "banda que los cubre a todos",
    base: (base) => `base ${base}`,
    description: (outcome, test) => `Estudio de eventos. ${outcome}. ${test}.`,
  },
  means: {
    title: "Promedios sin ajustar",
    groups: {
      high: "dosis alta",
      middle: "dosis media",
      low: "dosis baja",
      reached: "alcanzan el umbral",
      below: "por debajo del umbral",
    },
    description: (outcome, groups) => `${outcome}: promedios sin ajustar en el tiempo: ${groups}.`,
  },
  map: {
    title: (year) => `Dosis en ${year}`,
    sub: capital,
    none: "El panel no tiene una dosis que dibujar.",
    outside: (year) => `La dosis de ${year} queda fuera de la ventana.`,
    description: (dose, year, outlined) =>
      `Mapa: ${dose} en ${year}. ` +
      (outlined === "" ? "Ninguna región lleva contorno." : `Con contorno: ${outlined}.`),
    treated: "tratadas",
    hatched: "rayado: dosis supuesta",
  },
  cells: {
    title: "Quién está tratado y cuándo",
    darker: "más oscuro: una dosis mayor",
    coloured: "con color: tratadas",
    description: (units, times) => `Tratamiento de ${units} unidades en ${times} periodos.`,
  },
  tried: {
    title: "Estimaciones probadas hasta ahora",
    count: (count) => count === 1 ? "Una especificación" : `${count} especificaciones`,
    sub: (count, others) => {
      const rest = others === 1
        ? "; otra, en otra unidad de medida, no se dibuja"
        : `; otras ${others}, en otras unidades de medida, no se dibujan`;
      return `${count}${others === 0 ? "" : rest}. Hay que reportarlas todas, no la que más guste.`;
    },
    list: "Como lista",
    now: "la que se muestra",
    before: "probadas antes",
    again: "Mostrar de nuevo",
    description: (count, interval) => `${count}: estimaciones ${interval}.`,
  },
  honest: {
    title: "Si las tendencias no fueran paralelas",
    at: (bound, interval) => `Con M̄ = ${bound}: ${interval}`,
    noEnd: "sin límite hallado",
    open: (_reason, interval) => interval,
    empty: () =>
      "Se rechaza todo valor: la restricción contradice los efectos anteriores al tratamiento",
    others: "otras cotas",
    edge: "un intervalo que llega al borde no tiene límite hallado",
    meaning:
      "Promedio del estudio de eventos, si las desviaciones posteriores son a lo más M̄ veces la mayor de antes",
    description: (words) => `Intervalos honestos del efecto promedio según M̄. ${words}.`,
  },

  game: {
    label: "Su conjetura sobre el efecto verdadero",
    placeholder: "su conjetura",
    show: "Mostrar la verdad",
    question: "¿Cuál es el verdadero efecto medio?",
    elsewhere:
      "El efecto se puso en el grupo tratado del propio estudio. Elija de nuevo ese tratamiento para adivinarlo.",
    again: "Sortear otros datos",
    truth: (effect, scenario) => `Verdad: ${effect} (${scenario}).`,
    away: (distance) => ` Su conjetura quedó a ${distance}.`,
    scenarios: {
      none: "sin efecto",
      constant: "un efecto constante",
      growing: "un efecto que crece en cada periodo",
      trends: "sin efecto, pero con tendencias que no son paralelas",
      mystery: "un misterio: uno de los otros, sorteado por la semilla",
    },
  },
  actions: {
    code: "Copiar como código",
    cell: "La celda de cuaderno que reproduce esta vista",
    copied: "Copiado: péguelo en una celda de un cuaderno.",
    refused: "Aquí no se permite copiar: la celda está seleccionada abajo.",
    link: "Copiar enlace",
    linkCopied: "Enlace copiado.",
    theLink: (address) => `El enlace: ${address}`,
    reset: "Restablecer",
    wasReset: "De vuelta a los supuestos del estudio.",
  },
  work: {
    label: "Réplicas del bootstrap",
    none: (reason) => `Sin bootstrap. ${reason}`,
    stop: "Detener",
    stopped: "Detenido: el intervalo de arriba es el de errores agrupados.",
    progress: (done, of) => `${done} de ${of} réplicas`,
  },
  link: {
    notRead: "El enlace no se pudo leer por completo:",
    more: (count) => `Y ${count} más.`,
    unknown: (name) => `No hay ningún supuesto «${name}».`,
    twice: (name) => `${name} aparece dos veces; vale la primera.`,
    wrong: (name, text, allowed, kept) =>
      `${name} = «${text}» no se admite: debe ser ${allowed}. Se usa ${
        kept === "" ? "el valor por defecto" : kept
      }.`,
    leftOut: "omitido",
    empty: "una lista vacía",
    oneOf: (choices) => `uno de ${choices}`,
    someOf: (choices) => `una lista, con comas, de entre ${choices}`,
    number: (low, high, whole, openLow) =>
      `un número${whole ? " entero" : ""} ${openLow ? "mayor que" : "de"} ${low} ${
        openLow ? "y a lo más" : "a"
      } ${high}`,
  },
};
