"""Words of a label or an instruction: never a medicine, so never compared with the name of one."""

from typing import Final

ORDINARY: Final = frozenset(
    """
    a about accord acetate actavis additional adjust adjusted adult adults after again aim aliud all allergies
    allergy allowed alternate am an and another any apo apotex applied apply approx approximately area areas
    arginine around arrow as at aurobindo aware axetil back bad base basics bd bds bed bedtime bedtimes before
    besilate besylate bid biogaran bitartrate body both bottle bottles brand breakfast breakthrough bromide burning
    by calcium cap caplets caps capsule capsules carbonate care case check chew children childrens chlorhydrate
    chloride chronic cilexetil citrate clinic clorhidrato cloridrato co commence commenced common compound
    compounded contains continue continued continuing control controlled cost course cramp cramps cream creams
    crescent currently cut cycle daily day days dec decanoate decrease decreased decreasing delayed deltoid depot
    dihydrate dinner disintegrating dispersible dissolve divided dosage dose dosed doses double dr drink drinks drop
    drops drowsy dura duration during each edisylate effervescent eg eight eighth else embonate empty enanthate
    enteric equal equals equivalent er erbumine evening evenings evenly every exceed exercise extended extra extract
    eye face fall falls feet film final first five flavored flavour flavoured foam follow followed food foot for
    formula forte fortnight four free friday from fumarate furoate gel gelcaps gels gen generic glass glasses
    gluconate gluten glycinate gm gradually gram grams granules gummies half hand hands has have hcl headache
    headaches heavy held hemihydrate herbal heumann hexal higher hospital hour hourly hours hr hrs hs hydrobromide
    hydrochlorid hydrochloride hydrogen if im immediately in include including increase increased increasing infant
    infusion inhaled initial initially injectable injection instead intake intranasal intrathecal intravenous iv
    joint juice junior just keep knee krka label lactate lactose last late later least left legs less lift like
    limit liquicaps liquid liquigels litre loading local long lotion low lower lowered lozenge lunch lunchtime
    lysine magnesium maintenance make maleate mane max maximum may mcg meal meals medication medicine medicines
    medoxomil meltlets mesilate mesylate mg microgram micrograms midday migraine migraines milligram milligrams
    millilitre millilitres minute minutes ml mls moderate modified monday monohydrate month monthly months mood more
    morning mornings mouth multiple muscle must mylan nasal need needed nerve neuraxpharm neuropathic new next night
    nightcap nightly nights nine nitrate no nocte none noon normal not nothing novo now occasional occasionally od
    odt of off oil ointment old on once one ongoing only onwards option or oral orally orange order ordered orifarm
    original orodispersible other own oxalate paced pack packet packs pain painful pamoate part paste patch patches
    patient pc per percent period person pessary pharmacy phosphate physio physiotherapy pill pills pint pints
    pivalate planned please plus pm pms po potassium powder pr prescribed previous previously primary prn problem
    problems product prolonged propionate puff puffs pump puren pv qam qd qds qhs qid qod qpm quantity quarter
    quarters ran range ratiopharm rectal rectally reduce reduced reducing refill refills regime regimen regularly
    release relief remain remaining remedy repeat required rest restless retard review reviewed rise root round rub
    sachet sachets safe salt same sandoz saturday scheduled second secondary self seven shampoo short side sig since
    single six skin sl sleep sleeping slow slowly small social sodium softgel softgels soluble solution some
    sometimes soon spasm spasms spasticity special specialist spray sprays sr stada standard start started starting
    stat state status stay stearate step steps still stop stopped strength strict strictly strong sublingual
    succinate such sugar sulfate sulphate sunday supplement supplements supply suppositories suppository suspension
    swallow swallowed symptoms syrup tab tablet tablets tabs take taken takes taking taper tapered tapering target
    tartrate tds tea teaspoon teatime ten tension teva than the then therapy thereafter these thin third three
    thrice thursday tid till time times titrate titrated titrating titration to today tomorrow tonight top topical
    topically tosilate total towards transdermal treatment trial trihydrate trometamol trouble tuesday twelve twice
    two unchanged under unit units unknown until up upto use used using usual vaginal vaginally valerate various
    very via viatris was water wean weaned weaning wednesday week weekday weekdays weekend weekends weekly weeks
    weight well when whole will winthrop with within without worse xl xr year years yesterday zentiva
    """.split()  # noqa: SIM905 - hundreds of quoted words would be harder to read
)
