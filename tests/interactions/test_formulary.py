"""A national formulary's class tables, drug by drug: each name, beside the pair, brings the card of its class.

The names are as people write them in the US, the UK and the EU. General knowledge; to be reviewed by a pharmacist.
"""

from datetime import date
from decimal import Decimal

import pytest

from interactions.checking import PatientContext, Screening, check_regimen, read_entry
from interactions.knowledge.loader import current_release

ON = date(2026, 6, 15)
PAIR = ("baclofen 10 mg tid", "amitriptyline 25 mg nocte")

TABLES = {
    "OPIOID_STACK": """
        morphine, oxycodone, hydrocodone, codeine, dihydrocodeine, tramadol, tapentadol, methadone, fentanyl,
        buprenorphine, hydromorphone, pethidine, meperidine, oxymorphone, levorphanol, meptazinol, pentazocine,
        butorphanol, nalbuphine, diamorphine, opium, tilidine, propoxyphene, alfentanil, remifentanil,
        sufentanil, kratom, pholcodine, dipipanone, Co-codamol, Co-dydramol, Solpadol, Nurofen Plus, Percocet,
        Vicodin, Ultracet, Tramacet, Suboxone, Panadeine Forte, Tylenol #3, Oramorph, MST Continus, Butrans,
        Duragesic, Contramal, Lamaline, Dafalgan Codeine, Paramol, Migraleve, Syndol, Codis, Veganin, Robitussin
        AC, Fioricet with Codeine""",
    "CNS_STACK": """
        diazepam, lorazepam, clonazepam, alprazolam, temazepam, oxazepam, nitrazepam, lormetazepam, loprazolam,
        flurazepam, clobazam, midazolam, triazolam, estazolam, clorazepate, bromazepam, prazepam, flunitrazepam,
        quazepam, tetrazepam, zolpidem, zopiclone, eszopiclone, zaleplon, phenobarbital, primidone,
        pentobarbital, secobarbital, Fioricet, suvorexant, lemborexant, daridorexant, chloral hydrate,
        clomethiazole, sodium oxybate, meprobamate, kava, phenibut, gabapentin, pregabalin, levetiracetam,
        topiramate, valproate, carbamazepine, oxcarbazepine, phenytoin, lacosamide, zonisamide, brivaracetam,
        perampanel, tiagabine, vigabatrin, ethosuximide, cenobamate, rufinamide, quetiapine, olanzapine,
        risperidone, haloperidol, chlorpromazine, clozapine, amisulpride, sulpiride, ziprasidone, lurasidone,
        paliperidone, asenapine, cariprazine, fluphenazine, flupentixol, zuclopenthixol, pimozide,
        trifluoperazine, levomepromazine, prochlorperazine, promazine, droperidol, melperone, pipamperone,
        chlorprothixene, diphenhydramine, hydroxyzine, chlorphenamine, promethazine, doxylamine, alimemazine,
        brompheniramine, clemastine, cyproheptadine, cyclizine, meclizine, dimenhydrinate, cinnarizine,
        ketotifen, pizotifen, carbinoxamine, tizanidine, cyclobenzaprine, methocarbamol, carisoprodol,
        orphenadrine, metaxalone, chlorzoxazone, dantrolene, tolperisone, thiocolchicoside, flupirtine,
        clonidine, guanfacine, lofexidine, mirtazapine, trazodone, mianserin, maprotiline, nefazodone,
        tetrabenazine, cannabis, nabilone, CBD oil, ketamine, esketamine, dronabinol, Sativex, NyQuil, ZzzQuil,
        Tylenol PM, Advil PM, Aleve PM, Unisom SleepTabs, Nytol, Night Nurse, Benadryl, Dramamine Less Drowsy,
        Stugeron, Phenergan, Piriton, Donormyl, Hoggar Night, Excedrin PM, Theraflu Nighttime, Covonia Night
        Time, Actifed, Valium, Xanax, Ativan, Klonopin, Rivotril, Lexotan, Ambien, Stilnox, Imovane, Neurontin,
        Lyrica, Seroquel, Zyprexa""",
    "ANTICHOL": """
        oxybutynin, tolterodine, solifenacin, darifenacin, trospium, fesoterodine, propiverine, flavoxate,
        propantheline, hyoscyamine, dicycloverine, glycopyrronium, hyoscine butylbromide, scopolamine, atropine,
        benztropine, procyclidine, trihexyphenidyl, biperiden, diphenhydramine, chlorphenamine, hydroxyzine,
        promethazine, doxylamine, cyclizine, clozapine, olanzapine, quetiapine, chlorpromazine, perphenazine,
        thioridazine, trifluoperazine, paroxetine, loxapine, orphenadrine, cyclobenzaprine, carbamazepine,
        amantadine, nefopam, loperamide, ranitidine, cimetidine, Buscopan, Detrol, Ditropan, Vesicare, Kwells,
        Lomotil, Librax, Bentyl, Artane, Toviaz, Dramamine Less Drowsy, Cogentin""",
    "ORTHO": """
        lisinopril, enalapril, ramipril, perindopril, captopril, benazepril, fosinopril, quinapril,
        trandolapril, losartan, valsartan, candesartan, irbesartan, olmesartan, telmisartan, azilsartan,
        aliskiren, amlodipine, nifedipine, felodipine, lercanidipine, lacidipine, nicardipine, diltiazem,
        verapamil, atenolol, bisoprolol, propranolol, carvedilol, labetalol, nebivolol, metoprolol, nadolol,
        sotalol, bendroflumethiazide, hydrochlorothiazide, indapamide, chlortalidone, furosemide, bumetanide,
        torasemide, spironolactone, eplerenone, amiloride, triamterene, metolazone, doxazosin, prazosin,
        terazosin, tamsulosin, alfuzosin, silodosin, indoramin, methyldopa, moxonidine, clonidine, hydralazine,
        minoxidil, glyceryl trinitrate, GTN, isosorbide mononitrate, isosorbide dinitrate, nicorandil,
        sildenafil, tadalafil, vardenafil, tizanidine, guanfacine, Zestril, Norvasc, Cozaar, Entresto, Viagra,
        Cialis, Flomax, Cardura, Imdur, Exforge, Hyzaar""",
    "QT": """
        methadone, citalopram, escitalopram, haloperidol, amisulpride, sulpiride, ziprasidone, pimozide,
        thioridazine, sertindole, droperidol, ondansetron, granisetron, domperidone, clarithromycin,
        erythromycin, azithromycin, moxifloxacin, levofloxacin, ciprofloxacin, hydroxychloroquine, chloroquine,
        quinine, fluconazole, ketoconazole, voriconazole, amiodarone, sotalol, dronedarone, flecainide,
        disopyramide, quinidine, ranolazine, fingolimod, mizolastine""",
    "SEROTONERGIC": """
        fluoxetine, paroxetine, sertraline, citalopram, escitalopram, fluvoxamine, duloxetine, venlafaxine,
        desvenlafaxine, milnacipran, vortioxetine, vilazodone, tramadol, trazodone, dextromethorphan, 5-HTP,
        buspirone, lisdexamfetamine, Prozac, Zoloft, Cymbalta, Effexor, Brintellix, NyQuil, Adderall""",
    "CYP2D6": "fluoxetine, paroxetine, bupropion, quinidine, terbinafine, cinacalcet, dacomitinib",
    "MAOI": """
        phenelzine, tranylcypromine, isocarboxazid, selegiline, rasagiline, moclobemide, safinamide, Nardil,
        Xadago""",
    "DUPLICATE": """
        nortriptyline, imipramine, desipramine, clomipramine, doxepin, protriptyline, amoxapine, Deanxit,
        Motival""",
}
ROWS = [(code, name.strip()) for code, names in TABLES.items() for name in names.split(",")]

NOTHING_TO_SAY = """
    atorvastatin, simvastatin, rosuvastatin, pravastatin, ezetimibe, omeprazole, esomeprazole, lansoprazole,
    pantoprazole, levothyroxine, liothyronine, carbimazole, apixaban, rivaroxaban, edoxaban, dabigatran,
    clopidogrel, ticagrelor, aspirin, metformin, gliclazide, sitagliptin, pioglitazone, semaglutide,
    amoxicillin, co-amoxiclav, flucloxacillin, cefalexin, doxycycline, nitrofurantoin, trimethoprim,
    metronidazole, aciclovir, prednisolone, dexamethasone, salbutamol, Symbicort, montelukast, methotrexate,
    azathioprine, allopurinol, finasteride, estradiol, desogestrel, guaifenesin, Mucinex, paracetamol,
    famotidine, Lipitor, Nexium, Synthroid, Eliquis, Plavix, Ventolin, Singulair, Zocor, Losec, Januvia"""


def beside_the_pair(name: str) -> Screening:
    """The screening of a man of 50 with a known kidney function who takes the pair and this."""
    entries = [read_entry(text) for text in (*PAIR, name)]
    context = PatientContext(age=50, sex="M", egfr=Decimal(95), conditions_known=True)
    exposures = [exposure for entry in entries for exposure in entry.exposures]
    unresolved = [line for entry in entries for line in entry.unresolved]
    return check_regimen(exposures, context, ON, unresolved=unresolved)


@pytest.mark.parametrize(("code", "name"), ROWS)
def test_each_drug_of_a_class_brings_the_card_of_its_class(code: str, name: str) -> None:
    ingredients = set(read_entry(name).resolution.ingredients)
    assert ingredients
    cards = [finding for finding in beside_the_pair(name).findings if finding.code == code]
    assert any(ingredients & set(card.participants) for card in cards)


@pytest.mark.parametrize("name", [name.strip() for name in NOTHING_TO_SAY.split(",")])
def test_a_common_medicine_of_no_class_adds_no_card(name: str) -> None:
    entry = read_entry(name)
    assert entry.resolution.resolved
    assert entry.unresolved == ()
    added = {
        finding.code
        for finding in beside_the_pair(name).findings
        if set(entry.resolution.ingredients) & set(finding.participants)
    }
    assert added <= {"EXPAND"}


def test_every_fact_of_this_release_says_on_what_it_rests() -> None:
    for substance in current_release().substances.values():
        assert substance.washout_basis
        assert (substance.acb is None) == (substance.acb_basis is None)
        assert (substance.qt_risk is None) == (substance.qt_basis is None)


def test_no_part_of_a_product_is_left_without_the_facts_that_are_held() -> None:
    release = current_release()
    known = {substance.name.casefold() for substance in release.substances.values()} | set(release.substances)
    for combination in release.combinations.values():
        assert not {other.casefold() for other in combination.others} & known, combination.key
