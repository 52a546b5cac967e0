"""Words of a label or an instruction: never a medicine, so never compared with the name of one."""

from typing import Final

ORDINARY: Final = frozenset(
    """
    a about acetate after all am an and any applied apply area areas as at back bad base bd bds bed
    bedtime before bid bitartrate body both bottle bottles breakfast bromide by calcium cap caps capsule
    capsules carbonate chew chloride chronic citrate clinic compound compounded course cream creams
    daily day days dec delayed deltoid depot dihydrate dinner disintegrating dispersible dissolve
    divided dose dosed doses double drink drinks drop drops during each eight eighth embonate empty
    enteric er evening evenings every extended eye face feet first five food foot for forte four from
    fumarate gel gels glass glasses gm gram grams granules half hand hands hcl heavy hemihydrate hour
    hourly hours hr hrs hs hydrobromide hydrochloride hydrogen if im in infusion inhaled injectable
    injection intranasal intrathecal intravenous iv joint juice knee last legs less liquid litre loading
    local long lotion low lozenge lunch lunchtime maleate mane max maximum mcg meal meals medication
    medicine medicines mesilate mesylate mg microgram micrograms midday milligram milligrams millilitre
    millilitres minute minutes ml mls moderate modified monday monohydrate month monthly months more
    morning mornings mouth muscle nasal neuropathic new night nightly nights nine nitrate no nocte noon
    not now occasional occasionally od odt of off oil ointment old on once one only or oral orally
    orodispersible other oxalate pack packet pain painful pamoate paste patch patches patient pc per
    pessary phosphate pill pills plus pint pints plus pm po potassium powder pr prescribed prn product prolonged
    puff puffs pump pv qam qd qds qhs qid qod qpm rectal rectally regularly release repeat required
    retard rub sachet sachets salt same second seven short since single six skin sl sleep social sodium
    soluble solution some spasm spasms spasticity spray sprays sr start started starting stat stop
    stopped strength strong sublingual succinate sulfate sulphate suppositories suppository suspension
    syrup tab tablet tablets tabs take taken takes taking tartrate tds teatime ten than the then thin
    third three thrice tid time times to today tomorrow top topical topically total transdermal
    trihydrate twelve twice two unit units unknown up use used using usual vaginal vaginally was water
    week weekend weekends weekly weeks when with xl xr year years yesterday
    """.split()  # noqa: SIM905 - hundreds of quoted words would be harder to read
)
