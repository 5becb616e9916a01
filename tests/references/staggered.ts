/**
 * Reference values of the staggered estimators on mpdta (500 counties) and ehec (46 states): R's did 2.1–2.3, etwfe,
 * didimputation and fixest, run or read by the maintainers; estimate and standard error, clustered by unit.
 */
export type Figure = readonly [estimate: number, standardError: number];

export const MPDTA_CS: Readonly<
  Record<string, Readonly<Record<"simple" | "group" | "dynamic" | "calendar", Figure>>>
> = {
  never: {
    simple: [-0.0399512751551763, 0.0120340127701854],
    group: [-0.0310182822287484, 0.0124460593209979],
    dynamic: [-0.0772398214573151, 0.0199649890618494],
    calendar: [-0.0417004321312822, 0.01597185188456],
  },
  notYet: {
    simple: [-0.0397636256230437, 0.0120524247873419],
    group: [-0.030462228112565, 0.0125751201316818],
    dynamic: [-0.0773993139705847, 0.0195601769463944],
    calendar: [-0.0442670834758837, 0.0155709044211449],
  },
  "reg ~ lpop": {
    simple: [-0.0419686124215432, 0.0114448297682151],
    group: [-0.0329292402290042, 0.0118603087662617],
    dynamic: [-0.0807817453337615, 0.0187458547114755],
    calendar: [-0.0445323313531745, 0.0148850278130483],
  },
  "dr ~ lpop": {
    simple: [-0.0417517720610815, 0.0115028381509289],
    group: [-0.0328195971622414, 0.0118981787275488],
    dynamic: [-0.0803539497500554, 0.0189575572424329],
    calendar: [-0.0441773577615357, 0.0150381750944651],
  },
  "ipw ~ lpop": {
    simple: [-0.0417770821895944, 0.0114997193642147],
    group: [-0.032875368660542, 0.0118932001678529],
    dynamic: [-0.0803768866250998, 0.0189542503814373],
    calendar: [-0.04417010102852, 0.0150352235861729],
  },
};

/** W of the pre-test over all cells before treatment, as did prints it, and its p-value. */
export const MPDTA_PRETEST: Readonly<Record<string, Figure>> = {
  never: [7.79123662720035, 0.16812],
  notYet: [7.79092771882739, 0.16814],
  "reg ~ lpop": [6.8612749537136, 0.23116],
};

/** Event times 0 to 3. */
export const MPDTA_SA_ERRORS = [0.011857539, 0.0168706784, 0.0365894760, 0.0345042719];
export const MPDTA_IMPUTATION = {
  overall: -0.047709918278463,
  events: [-0.0310669271925966, -0.0522348567485175, -0.1360781144402436, -0.1047074715765436],
};

/** Cells of extended two-way fixed effects, not-yet-treated controls: cohort, time, effect. */
export const MPDTA_ETWFE_CELLS = [
  [2004, 2004, -0.0193723636759116],
  [2004, 2005, -0.0783190990620529],
  [2004, 2006, -0.136078114440309],
  [2004, 2007, -0.104707471576594],
  [2006, 2006, 0.00251386194191313],
  [2006, 2007, -0.0391927355917248],
  [2007, 2007, -0.0431060328087001],
] as const;

export const MPDTA_ETWFE_LPOP: readonly Figure[] = [
  [-0.0332122037837542, 0.0133659635774059],
  [-0.0573456479257483, 0.0171496442892364],
  [-0.137870386660852, 0.0307883597041053],
  [-0.10953945536511, 0.0323152785480507],
];

export const EHEC_CS: Readonly<
  Record<"never" | "notYet", Readonly<Record<"simple" | "group" | "dynamic", Figure>>>
> = {
  never: {
    simple: [0.0668019338671875, 0.00806042988167064],
    dynamic: [0.0677049651352263, 0.00818585584561023],
    group: [0.0646585401319445, 0.00736525530006383],
  },
  notYet: {
    simple: [0.0679832682551104, 0.00783130631383969],
    dynamic: [0.0688253798594136, 0.00797222063037286],
    group: [0.0656911134649703, 0.00707333320614277],
  },
};

/** Not yet treated, universal base, event times −5 to 5. */
export const EHEC_UNIVERSAL = [
  -0.01249945283451684,
  -0.00666305659426343,
  -0.00379338098510163,
  -0.00494212632727652,
  0,
  0.04527522777360066,
  0.0650730640559733,
  0.07592134301639517,
  0.07255818096707818,
  0.07380453663888889,
  0.08031992670454546,
];

export const EHEC_IMPUTATION = {
  overall: 0.0733652741141157,
  events: [
    0.0507334051914619,
    0.0700131478295257,
    0.0823714108407558,
    0.0779345592356459,
    0.077287750271802,
    0.0869657819813313,
  ],
};
