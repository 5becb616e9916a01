/**
 * The public surface: the one import of a notebook.
 * @module
 */
export { InputError } from "./panel/errors.ts";
export { attempt, type Outcome } from "./panel/outcome.ts";
export { Panel, type PanelContext, type PanelKeys, type PanelRow } from "./panel/panel.ts";
export {
  binaryPath,
  type CohortDesign,
  cohortDesign,
  cohortsFromPath,
  dosePath,
  pathFromCohorts,
  requireShares,
} from "./panel/treatment.ts";
export { completeSample } from "./panel/sample.ts";
export { FIXEST_RULE, type SmallSampleRule } from "./regression/small-sample.ts";
export { describeCovariance, type Design, designLines } from "./estimators/design.ts";
export { Estimate, type Term } from "./estimators/estimate.ts";
export { type RegressionOptions } from "./estimators/options.ts";
export { twfe, type TwfeOptions } from "./estimators/twfe.ts";
export { eventStudy, type EventStudyOptions } from "./estimators/event-study.ts";
export {
  type FourMeans,
  type TwoByTwo,
  twoByTwo,
  type TwoByTwoOptions,
} from "./estimators/two-by-two.ts";
export {
  interactionEffect,
  type InteractionOptions,
  type SplitEffect,
  splitEffect,
  type SplitOptions,
} from "./estimators/heterogeneity.ts";
export {
  averageEffect,
  lincom,
  linearMap,
  type LinearRow,
  type LinearWeights,
} from "./estimators/linear.ts";
export { type JointTest, waldTest } from "./estimators/wald.ts";
export { callawaySantAnna, type CallawaySantAnnaOptions } from "./estimators/callaway-santanna.ts";
export type { Aggregation, AggregationOptions } from "./estimators/group-time/aggregate.ts";
export { GroupTimeEstimate } from "./estimators/group-time/group-time-estimate.ts";
export { type EffectCell, StaggeredEstimate } from "./estimators/staggered-estimate.ts";
export {
  sunAbraham,
  type SunAbrahamEstimate,
  type SunAbrahamOptions,
} from "./estimators/sun-abraham.ts";
export { etwfe, type EtwfeEstimate, type EtwfeOptions } from "./estimators/etwfe.ts";
export { imputation, type ImputationOptions } from "./estimators/imputation.ts";
export { twoStage, type TwoStageOptions } from "./estimators/two-stage.ts";
export {
  efficientStaggered,
  type EfficientStaggeredOptions,
} from "./estimators/efficient-staggered.ts";
export { stackedDid, type StackedOptions } from "./estimators/stacked-did.ts";
export { type LocalProjectionOptions, localProjections } from "./estimators/local-projections.ts";
export {
  dcdhDynamic,
  type DcdhEstimate,
  type DcdhHorizon,
  type DcdhOptions,
} from "./estimators/dcdh-dynamic.ts";
export { syntheticDid, type SyntheticOptions } from "./estimators/synthetic-did.ts";
export {
  type SyntheticComparison,
  SyntheticEstimate,
} from "./estimators/synthetic/synthetic-estimate.ts";
export { balance, type BalanceRow } from "./diagnostics/balance.ts";
export { type GroupGap, groupGaps, type GroupMean, groupMeans } from "./diagnostics/group-means.ts";
export {
  departureFromTrend,
  type PreTrendOptions,
  preTrendSlope,
  preTrendTest,
  type PreTrendTestOptions,
} from "./diagnostics/pre-trends.ts";
export {
  type BaconCell,
  type BaconDecomposition,
  baconDecomposition,
  type BaconOptions,
  type BaconPart,
  type BaconType,
} from "./diagnostics/bacon.ts";
export { type EventEffects, eventEffects, type EventOptions } from "./diagnostics/event-effects.ts";
export {
  type HypothesisedTrend,
  type PowerOptions,
  type PowerRow,
  type PreTrendPower,
  preTrendPower,
} from "./diagnostics/pre-trend-power.ts";
export { slopeForPower } from "./diagnostics/slope-for-power.ts";
export {
  type EquivalenceMeasure,
  type EquivalenceRow,
  type PreTrendEquivalence,
  preTrendEquivalence,
  type PreTrendEquivalenceOptions,
} from "./diagnostics/pre-trend-equivalence.ts";
export {
  type NonInferiority,
  nonInferiority,
  type NonInferiorityOptions,
  type NonInferioritySide,
  type TwoModelOptions,
} from "./diagnostics/non-inferiority.ts";
export { trendNonInferiority } from "./diagnostics/trend-non-inferiority.ts";
export {
  type FunctionalForm,
  functionalForm,
  type FunctionalFormOptions,
  type Scale,
  type ScaleName,
  type ScaleResult,
} from "./diagnostics/functional-form.ts";
export {
  type ImpliedCounterfactual,
  impliedCounterfactuals,
} from "./diagnostics/functional-form/counterfactuals.ts";
export {
  type NearBounds,
  nearBounds,
  type NearBoundsOptions,
} from "./diagnostics/functional-form/near-bounds.ts";
export {
  breakdownValue,
  type HonestBounds,
  honestBounds,
  type HonestInterval,
} from "./diagnostics/honest.ts";
export {
  type CohortWeightsOptions,
  type TreatmentWeightsOptions,
  type TwfeUnitWeights,
  type TwfeWeight,
  type TwfeWeights,
  twfeWeights,
  type UnitWeight,
  type WeightsType,
} from "./diagnostics/twfe-weights.ts";
export {
  type AdjustedEstimate,
  type Benchmark,
  type Confounder,
  type OmittedBound,
  type OmittedVariable,
  omittedVariable,
  type OmittedVariableOptions,
} from "./diagnostics/omitted-variable.ts";
export {
  oster,
  type OsterAdjusted,
  type OsterBounds,
  type OsterOptions,
  type OsterRoot,
  type OsterSelection,
} from "./diagnostics/oster.ts";
export type {
  HonestMethod,
  HonestOptions,
  HonestRestriction,
} from "./diagnostics/honest/options.ts";
export {
  compareEstimators,
  type Comparison,
  type ComparisonPoint,
  type ComparisonRow,
  type ComparisonSpec,
  type EstimatorName,
  ESTIMATORS,
  type Reason,
} from "./diagnostics/compare.ts";
export {
  type AxisInfluence,
  type Choices,
  type CurveInference,
  type CurvePermutation,
  type CurveTest,
  type MissingSpecification,
  type OptionSummary,
  type Specification,
  type SpecificationChanges,
  type SpecificationChoice,
  type SpecificationCurve,
  specificationCurve,
  type SpecificationGrid,
  type SpecificationRow,
} from "./diagnostics/specification-curve.ts";
export {
  type ControlCell,
  controlCells,
  type ControlOptions,
  controlTable,
  type TreatmentCell,
  treatmentMap,
  type TreatmentStatus,
} from "./diagnostics/treatment-map.ts";
export {
  anticipation,
  type AnticipationOptions,
  donut,
  type DonutOptions,
} from "./diagnostics/placebos/windows.ts";
export {
  type Adjacency,
  neighbourExposure,
  type NeighbourExposureOptions,
  restrictAdjacency,
} from "./diagnostics/placebos/adjacency.ts";
export {
  PlaceboInTime,
  placeboInTime,
  type PlaceboInTimeOptions,
} from "./diagnostics/placebos/in-time.ts";
export { type PlaceboInSpace, placeboInSpace } from "./diagnostics/placebos/in-space.ts";
export {
  LeaveOneOut,
  leaveOneOut,
  type LeaveOneOutOptions,
} from "./diagnostics/placebos/leave-one-out.ts";
export {
  type PlaceboOutcome,
  PlaceboOutcomes,
  placeboOutcomes,
  type PlaceboOutcomesOptions,
} from "./diagnostics/placebos/outcomes.ts";
export { type Answer, type Refit, refit, Refits } from "./diagnostics/placebos/refits.ts";
export {
  type Position,
  positionsOf,
  Spillover,
  type SpilloverOptions,
  spilloverStudy,
} from "./diagnostics/placebos/spillover.ts";
export {
  shiftTreatment,
  type TreatmentColumns,
  treatmentStarts,
  withoutAnticipation,
} from "./diagnostics/placebos/treatment.ts";
export {
  type DonorLeaveOut,
  type DonorLeftOut,
  leaveOutDonors,
} from "./diagnostics/leave-out-donors.ts";
export { formatCount, formatNumber, formatP, formatSignificant } from "./tables/format.ts";
export { type CellValue, Table, type TableColumn } from "./tables/table.ts";
export { Figure } from "./report/figure.ts";
export { toPng } from "./report/png.ts";
export { heatmapPlot, missingMap } from "./report/cells-plot.ts";
export { type EventPoint, eventStudyPlot } from "./report/event-plot.ts";
export { distributionPlot } from "./report/distribution-plot.ts";
export { refitsPlot, type RefitsPlotOptions } from "./report/refits-plot.ts";
export { effectsPlot, type EffectsPlotOptions } from "./report/effects-plot.ts";
export { syntheticPlot, type SyntheticPlotOptions } from "./report/synthetic-plot.ts";
export { type PowerPlotOptions, preTrendPowerPlot } from "./report/power-plot.ts";
export {
  equivalencePlot,
  type EquivalencePlotOptions,
  nonInferiorityPlot,
} from "./report/equivalence-plot.ts";
export {
  functionalFormPlot,
  type FunctionalFormPlotOptions,
  nearBoundsPlot,
  type NearBoundsPlotOptions,
} from "./report/functional-form-plot.ts";
export { baconPlot } from "./report/bacon-plot.ts";
export { unitWeightsPlot, weightsPlot } from "./report/weights-plot.ts";
export { omittedPlot, type OmittedPlotOptions } from "./report/omitted-plot.ts";
export { osterPlot, type OsterPlotOptions } from "./report/oster-plot.ts";
export { honestPlot } from "./report/honest-plot.ts";
export { panelView } from "./report/panel-view.ts";
export { comparisonPlot } from "./report/comparison-plot.ts";
export { intervalPlot, type IntervalRow } from "./report/interval-plot.ts";
export { choropleth, type RegionValue } from "./report/map-plot.ts";
export { neighbours, regionShapes } from "./report/regions-map.ts";
export { specificationPlot, type SpecificationPlotOptions } from "./report/specification-plot.ts";
export { scatterPlot } from "./report/scatter-plot.ts";
export { type TrendPoint, trendsPlot } from "./report/trends-plot.ts";
export { withExposure } from "./study/exposure.ts";
export { type ThresholdRule, thresholdTreatment } from "./study/threshold.ts";
export { frameFromEstimate, frameFromPanel, panelFromFrame } from "./study/frame.ts";
export {
  type SimulatedRollOut,
  simulateRollOut,
  type StaggeredSimulation,
} from "./study/simulation/staggered.ts";
export { parseCsv, readCsv } from "./study/csv.ts";
export { readHouseholds, readPersons, readSummary } from "./study/survey/files/read.ts";
export { codebookCheck, type CodebookOptions } from "./study/survey/files/codebook.ts";
export { Codebook, type CodebookCell } from "./study/survey/files/codebook-report.ts";
export {
  householdKey,
  joinHouseholds,
  joinPersons,
  joinTable,
  personKey,
  takeMatched,
} from "./study/survey/files/join.ts";
export { sampleFlows } from "./study/survey/files/flow.ts";
export {
  type HouseholdTable,
  type PersonTable,
  type ReadOptions,
  type SampleFlow,
  SIMULATED_MARK,
  type SummaryTable,
  type SurveyJoin,
  type SurveyRead,
  type SurveySource,
  type SurveyTable,
} from "./study/survey/types.ts";
export { type NamedColumn, type StudyDesign, type StudyTreatment } from "./study/design.ts";
export { type OwnAssumptions, ownAssumptions } from "./study/own-assumptions.ts";
export { ownStudy } from "./study/own-study.ts";
export { type TrendStudy, trendStudy } from "./study/trends.ts";
export {
  type SyntheticStudy,
  syntheticStudy,
  type SyntheticStudyOptions,
} from "./study/synthetic.ts";
export {
  runVariants,
  standardVariants,
  type Variant,
  type VariantResult,
} from "./study/variants.ts";
export {
  deploymentBalance,
  heterogeneityStudy,
  type ModeratorStudy,
} from "./study/heterogeneity.ts";
export {
  loadEhec,
  medicaidEventFigure,
  medicaidTable,
  medicaidTrendsFigure,
} from "./study/medicaid.ts";
export { assume, type Assumptions, describeAssumptions } from "./study/peru/assumptions.ts";
export { crossChecks, internetMeasures, yearlyChanges } from "./study/peru/crosschecks.ts";
export { buildDose, type DoseCell, doseCoverage, treatedRegions } from "./study/peru/dose.ts";
export { REGION_CODES, REGION_NAMES } from "./study/peru/regions.ts";
export {
  type PeruSpecificationOptions,
  type PeruSpecifications,
  peruSpecifications,
} from "./study/peru/specifications.ts";
export { type PeruStudy, peruStudy, rollOutTables } from "./study/peru/study.ts";
export { loadTable } from "./study/peru/tables.ts";
export { tensions } from "./study/peru/tensions.ts";
export {
  departuresFigure,
  eventFigure,
  eventPoints,
  eventTable,
  gapFigure,
  jointTestText,
  preTrendTable,
  trendsFigure,
} from "./study/show/trends.ts";
export {
  fourMeansTable,
  paperTable,
  scaleTable,
  variantsFigure,
  variantsTable,
} from "./study/show/estimates.ts";
export {
  balanceFigure,
  balanceTable,
  forestFigure,
  moderatorTable,
} from "./study/show/heterogeneity.ts";
export {
  crossCheckTable,
  internetMeasuresTable,
  jumpFigure,
  missingFigure,
  sourcesTable,
  unitTable,
} from "./study/show/peru-data.ts";
export {
  doseCoverageTable,
  doseHeatmap,
  doseMap,
  doseResponseFigure,
  nationalPathFigure,
  outcomeMap,
  rollOutTable,
  tensionsTable,
  unusedCountsTable,
} from "./study/show/peru-dose.ts";
export {
  syntheticEventFigure,
  syntheticFigure,
  syntheticTable,
  syntheticText,
} from "./study/show/synthetic.ts";
export { specificationFigure } from "./study/show/specifications.ts";
export { type JoinStep, sampleFlowTable } from "./study/show/sample.ts";
export {
  type EffectKind,
  type StudyEffect,
  studyEffect,
  type StudyEffectOptions,
} from "./study/threats/effect.ts";
export {
  earlyReaction,
  leftOut,
  outcomePlacebos,
  spacePlacebo,
  spillovers,
  timePlacebos,
  withoutQuestioned,
} from "./study/threats/threats.ts";
export { scales } from "./study/threats/scales.ts";
export { ceilingFigure, scalesFigure } from "./study/show/scales.ts";
export {
  type DoseDefinition,
  DoseDefinitions,
  doseDefinitions,
} from "./study/peru/dose-definitions.ts";
export { PLACEBO_OUTCOMES, withPlaceboOutcomes } from "./study/peru/placebo-outcomes.ts";
export {
  anticipationFigure,
  donutFigure,
  leaveOneOutFigure,
  outcomePlaceboFigure,
  spacePlaceboFigure,
  spilloverFigure,
  timePlaceboFigure,
} from "./study/show/threats.ts";
export {
  doseDefinitionsFigure,
  doseGridTable,
  neighbourDoseMap,
} from "./study/show/peru-threats.ts";
export { type StudyOutputs, studyOutputs } from "./study/outputs.ts";
export {
  covarianceOf,
  type CovarianceResult,
  type CovarianceSpec,
  withCovariance,
} from "./inference/covariance.ts";
export {
  type WildBootstrap,
  type WildBootstrapOptions,
  wildClusterBootstrap,
  wildClusterBootstrapSteps,
} from "./inference/wild.ts";
export {
  type RandomisationOptions,
  type RandomisationTest,
  randomisationTest,
} from "./inference/randomisation.ts";
export { type Band, multiplierBand, supTBand } from "./inference/bands.ts";
export { benjaminiHochberg, holm, romanoWolf, stepdown } from "./inference/multiple.ts";
export {
  type ScoreBootstrap,
  scoreBootstrap,
  type ScoreBootstrapOptions,
} from "./inference/score-bootstrap.ts";
export {
  type JointScoreBootstrap,
  jointScoreBootstrap,
  type JointScoreBootstrapOptions,
} from "./inference/joint-score-bootstrap.ts";
export {
  type HotellingOptions,
  type HotellingTest,
  hotellingTest,
} from "./inference/few-clusters/hotelling.ts";
export {
  clusterJackknife,
  type Fit,
  type PermutationOptions,
  type PermutationTest,
  permutationTest,
} from "./inference/refits.ts";
export {
  type SyntheticPlaceboFit,
  type SyntheticPlaceboOptions,
  type SyntheticPlaceboTest,
  syntheticPlaceboTest,
} from "./inference/synthetic-placebo.ts";
export { equivalenceTest } from "./inference/equivalence.ts";
export { type RandomStream, stream, streams } from "./inference/random.ts";
export {
  DECISION_RULE,
  type InferenceRow,
  type InferenceTable,
  inferenceTable,
} from "./inference/table.ts";
export { inferencePlot, inferenceText } from "./report/inference-plot.ts";
export {
  type Scenario,
  type ScenarioOptions,
  SCENARIOS,
  type SimulatedScenario,
  simulateScenario,
  TRUE_EFFECT,
} from "./study/simulation/scenario.ts";
export {
  type SimulatedPanel,
  simulatePanel,
  type SimulationModel,
  simulationModel,
} from "./study/simulation/simulate.ts";
export {
  type CoverageOptions,
  coverageStudy,
  type Rejections,
} from "./study/simulation/coverage.ts";
export {
  coverageFigure,
  type CoverageRow,
  coverageTable,
  loadCoverage,
  smallCoverageFigure,
} from "./study/simulation/show.ts";
export { coverageOnAllCores, type Progress } from "./study/simulation/parallel.ts";
export { notebookProgress, WorkInterrupted } from "./study/show/progress.ts";
export { inferenceFigure } from "./study/show/inference.ts";
export { explore, type ExploreOptions, Explorer } from "./explorer/explore.ts";
export type { DomainName } from "./study/survey/estimation/domains.ts";
export { surveyMean, surveyRatio, surveyShare } from "./study/survey/estimation/estimate.ts";
export type { SurveyOptions } from "./study/survey/estimation/settings.ts";
export { stackEstimates } from "./study/survey/estimation/stack.ts";
export type { LonelyRule } from "./study/survey/estimation/covariance.ts";
export { SurveyEstimates, type SurveyRow } from "./study/survey/estimation/result.ts";
export type { SurveyVariable } from "./study/survey/estimation/variable.ts";
export {
  type SimulatedSurveyOptions,
  SURVEY_SCENARIO_WORDS,
  SURVEY_SCENARIOS,
  SURVEY_YEARS,
  type SurveyScenario,
} from "./study/survey/simulation/scenario.ts";
export {
  simulatedSource,
  type SimulatedYear,
  simulateYear,
} from "./study/survey/simulation/simulate.ts";
export { surveyTruth, truthTable } from "./study/survey/simulation/truth.ts";
export {
  type SimulatedFilesOptions,
  simulatedSurveyFolder,
} from "./study/survey/simulation/write.ts";
export {
  simulatedEstimates,
  SIX_AND_OVER,
  stackStudy,
  type StudyEstimates,
  studyEstimates,
} from "./study/survey/panel/outcomes.ts";
export { readStudyEstimates } from "./study/survey/panel/read-estimates.ts";
export { surveyPanel, type SurveyPanelOptions } from "./study/survey/panel/survey-panel.ts";
export { samplingError, samplingErrorByRefits } from "./study/survey/panel/sampling-error.ts";
export { SamplingError, type SamplingRow } from "./study/survey/panel/sampling-result.ts";
export { type LewisLinzer, lewisLinzerWeights } from "./study/survey/panel/lewis-linzer.ts";
export {
  type Grade,
  gradeEstimators,
  gradesTable,
  plantedContrast,
} from "./study/survey/panel/grade.ts";
export {
  designEffectFigure,
  gradesFigure,
  publishedFigure,
  surveyShareFigure,
} from "./study/show/survey.ts";
export {
  clusterTable,
  errorLadderTable,
  householdRowTable,
  shareByHandTable,
} from "./study/show/survey-row.ts";
