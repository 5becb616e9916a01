/** The 26 areas of the study, by the code that every table uses: 23 departments, Callao and Lima in two parts. */
export const REGION_NAMES: Readonly<Record<string, string>> = {
  "01": "Amazonas",
  "02": "Áncash",
  "03": "Apurímac",
  "04": "Arequipa",
  "05": "Ayacucho",
  "06": "Cajamarca",
  "07": "Callao",
  "08": "Cusco",
  "09": "Huancavelica",
  "10": "Huánuco",
  "11": "Ica",
  "12": "Junín",
  "13": "La Libertad",
  "14": "Lambayeque",
  "15A": "Lima Metropolitana",
  "15B": "Lima Región",
  "16": "Loreto",
  "17": "Madre de Dios",
  "18": "Moquegua",
  "19": "Pasco",
  "20": "Piura",
  "21": "Puno",
  "22": "San Martín",
  "23": "Tacna",
  "24": "Tumbes",
  "25": "Ucayali",
};

// Object.keys would put "10" … "25" before "01": integer-like keys come first.
export const REGION_CODES: readonly string[] = Object.keys(REGION_NAMES).sort();
