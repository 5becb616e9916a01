/** The words of the book's own pages in its two reading languages. */

/** A reading language of the book. */
export type Language = "en" | "es";

export const LANGUAGES: readonly Language[] = ["en", "es"];

/** What the interface says. */
export interface Words {
  /** The language's name in itself. */
  language: string;
  /** Title of the book. */
  book: string;
  /** Under the title. */
  subtitle: string;
  /** What a reader finds here, on the page of contents. */
  introduction: string;
  /** On the Spanish page: what is not translated. Empty in English. */
  englishParts: string;
  contents: string;
  onThisPage: string;
  previous: string;
  next: string;
  readThis: string;
  search: string;
  searchLabel: string;
  previousMatch: string;
  nextMatch: string;
  matches: string;
  noMatch: string;
  theme: string;
  skip: string;
  code: string;
  figure: string;
  table: string;
  linkHere: string;
  references: string;
  reference: string;
  backToText: string;
  bibliography: string;
  bibliographyIntroduction: string;
  citedIn: string;
  notCited: string;
  openNotebook: string;
  openNotebookHint: string;
  library: string;
  libraryHint: string;
  notTranslated: string;
  pageNotTranslated: string;
  changedSince: string;
  /** Between the last two of several authors. */
  and: string;
}

export const WORDS: Record<Language, Words> = {
  en: {
    language: "English",
    book: "Internet Para Todos",
    subtitle: "A difference-in-differences study to read, edit and teach",
    introduction:
      "From 2019 on, Internet Para Todos brought shared 4G infrastructure to rural Peru. What did that do for connectivity? These pages ask the question step by step, with figures that anyone can look up and with every computation in sight.",
    englishParts: "",
    contents: "Contents",
    onThisPage: "On this page",
    previous: "Previous",
    next: "Next",
    readThis: "Read this page in",
    search: "Search this page",
    searchLabel: "Words to search on this page",
    previousMatch: "Previous match",
    nextMatch: "Next match",
    matches: "of",
    noMatch: "none",
    theme: "Light or dark",
    skip: "Skip to the text",
    code: "Code",
    figure: "Figure",
    table: "Table",
    linkHere: "Link to this section",
    references: "References",
    reference: "Reference",
    backToText: "Back to the text",
    bibliography: "Bibliography",
    bibliographyIntroduction:
      "The works that the notebooks cite, and some that stand behind the library, where each function names its own sources.",
    citedIn: "Cited in",
    notCited: "Behind the library",
    openNotebook: "Open this notebook",
    openNotebookHint: "to edit and run it, put it into the project's notebooks folder",
    library: "The library",
    libraryHint: "every public function, from its doc comments",
    notTranslated: "Not translated yet",
    pageNotTranslated: "Not translated yet",
    changedSince: "The English text has changed since it was translated",
    and: "and",
  },
  es: {
    language: "Español",
    book: "Internet Para Todos",
    subtitle: "Un estudio de diferencias en diferencias para leer, editar y enseñar",
    introduction:
      "Desde 2019, Internet Para Todos llevó infraestructura 4G compartida al Perú rural. ¿Qué efecto tuvo sobre la conectividad? Estas páginas plantean la pregunta paso a paso, con cifras que cualquiera puede consultar y con todos los cálculos a la vista.",
    englishParts:
      "El código, las tablas y las figuras están en inglés: son los mismos que en la versión inglesa. El explorador interactivo está en español.",
    contents: "Contenido",
    onThisPage: "En esta página",
    previous: "Anterior",
    next: "Siguiente",
    readThis: "Leer esta página en",
    search: "Buscar en esta página",
    searchLabel: "Palabras que buscar en esta página",
    previousMatch: "Resultado anterior",
    nextMatch: "Resultado siguiente",
    matches: "de",
    noMatch: "ninguno",
    theme: "Claro u oscuro",
    skip: "Ir al texto",
    code: "Código",
    figure: "Figura",
    table: "Tabla",
    linkHere: "Enlace a esta sección",
    references: "Referencias",
    reference: "Referencia",
    backToText: "Volver al texto",
    bibliography: "Bibliografía",
    bibliographyIntroduction:
      "Las obras que citan los cuadernos y algunas en que se apoya la biblioteca de funciones, donde cada función nombra sus fuentes.",
    citedIn: "Citado en",
    notCited: "Base de la biblioteca de funciones",
    openNotebook: "Abrir este cuaderno",
    openNotebookHint: "para editarlo y ejecutarlo, póngalo en la carpeta notebooks del proyecto",
    library: "La biblioteca de funciones",
    libraryHint: "todas las funciones públicas, según sus comentarios (en inglés)",
    notTranslated: "Aún sin traducir",
    pageNotTranslated: "Este cuaderno aún no está traducido: se muestra el texto en inglés",
    changedSince: "El texto en inglés cambió después de la traducción",
    and: "y",
  },
};
