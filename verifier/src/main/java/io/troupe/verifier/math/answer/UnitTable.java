package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The units that are known, by name. Factors are the exact definitions of the SI, of the international yard and pound, and of the US gallon. */
final class UnitTable {

    /** A line: dimension with powers, factor as a fraction, names. A star marks names that prefixes of the SI go before. */
    private static final String DEFINITIONS = """
            length:1 1 *m *meter *meters *metre *metres
            length:1 127/5000 in inch inches
            length:1 381/1250 ft foot feet
            length:1 1143/1250 yd yard yards
            length:1 201168/125 mi mile miles
            length:1 1852 nmi
            length:1 9460730472580800 ly lightyear lightyears
            length:1 1/10000000000 angstrom angstroms
            mass:1 1/1000 *g *gram *grams *gramme *grammes
            mass:1 1000 tonne tonnes ton tons
            mass:1 45359237/100000000 lb lbs pound pounds
            mass:1 45359237/1600000000 oz ounce ounces
            time:1 1 *s sec secs *second *seconds
            time:1 60 min mins minute minutes
            time:1 3600 h hr hrs hour hours
            time:1 86400 day days
            time:1 604800 week weeks wk wks
            month:1 1 month months
            month:1 12 year years yr yrs
            length:2 10000 ha hectare hectares
            length:2 316160658/78125 acre acres
            length:3 1/1000 *l *L *liter *liters *litre *litres
            length:3 1/1000000 cc
            length:3 473176473/125000000000 gal gallon gallons
            length:3 473176473/500000000000 qt quart quarts
            length:3 473176473/1000000000000 pt pint pints
            length:3 473176473/2000000000000 cup cups
            length:3 473176473/32000000000000 tbsp tablespoon tablespoons
            length:3 157725491/32000000000000 tsp teaspoon teaspoons
            length:1,time:-1 1397/3125 mph
            length:1,time:-1 5/18 kph kmh
            time:-1 1 *Hz *hertz
            mass:1,length:1,time:-2 1 *N *newton *newtons
            mass:1,length:2,time:-2 1 *J *joule *joules
            mass:1,length:2,time:-2 523/125 cal calorie calories
            mass:1,length:2,time:-2 4184 kcal
            mass:1,length:2,time:-3 1 *W *watt *watts
            mass:1,length:-1,time:-2 1 *Pa *pascal *pascals
            mass:1,length:-1,time:-2 101325 atm
            current:1 1 *A *ampere *amperes *amp *amps
            current:1,time:1 1 *C *coulomb *coulombs
            mass:1,length:2,time:-3,current:-1 1 *V *volt *volts
            mass:1,length:2,time:-3,current:-2 1 *ohm *ohms *Ω
            temperature:1 1 *K *kelvin *kelvins
            substance:1 1 *mol *mole *moles
            dollar:1 1 dollar dollars USD usd bucks
            dollar:1 1/100 cent cents ¢
            euro:1 1 euro euros EUR eur
            sterling:1 1 GBP gbp
            yen:1 1 yen JPY
            yuan:1 1 yuan RMB CNY
            rupee:1 1 rupee rupees INR
            information:1 1 *bit *bits
            information:1 8 *byte *bytes *B
            number 1 rad rads radian radians
            number 12 dozen dozens
            number 1000 thousand thousands
            number 1000000 million millions
            number 1000000000 billion billions
            number 1000000000000 trillion trillions
            """;

    private static final String PREFIXES =
            "k 3 kilo 3 M 6 mega 6 G 9 giga 9 T 12 tera 12 h 2 hecto 2 d -1 deci -1 c -2 centi -2 m -3 milli -3 µ -6"
                    + " μ -6 micro -6 n -9 nano -9 p -12 pico -12";

    private static final Map<String, Unit> BY_NAME = new HashMap<>();

    static {
        DEFINITIONS.lines().forEach(UnitTable::define);
        Unit degree = Unit.DEGREE;
        for (String name : new String[] {"degree", "degrees", "deg", "degs", "°"}) {
            BY_NAME.put(name, degree);
        }
        defineTemperature("celsius", Unit.ONE, new Rational(BigInteger.valueOf(27315), BigInteger.valueOf(100)));
        defineTemperature("fahrenheit", Unit.rational(5, 9), Unit.rational(45967, 180));
        BY_NAME.put("°C", BY_NAME.get("celsius"));
        BY_NAME.put("°F", BY_NAME.get("fahrenheit"));
    }

    private UnitTable() {}

    /** The unit of a name; upper and lower case count where a name is short. */
    static Optional<Unit> find(String name) {
        Unit found = BY_NAME.get(name);
        if (found == null && name.length() > 3) {
            found = BY_NAME.get(name.toLowerCase(Locale.ROOT));
        }
        return Optional.ofNullable(found);
    }

    private static void defineTemperature(String name, Rational factor, Rational offset) {
        BY_NAME.put(name, new Unit(name, new TreeMap<>(Map.of("temperature", 1)), factor, offset, 0));
    }

    private static void define(String line) {
        String[] words = line.strip().split(" ", -1);
        SortedMap<String, Integer> dimension = new TreeMap<>();
        if (!words[0].equals("number")) {
            for (String power : words[0].split(",", -1)) {
                String[] pair = power.split(":", -1);
                dimension.put(pair[0], Integer.parseInt(pair[1]));
            }
        }
        Rational factor = fraction(words[1]);
        for (int k = 2; k < words.length; k++) {
            boolean prefixed = words[k].startsWith("*");
            String name = prefixed ? words[k].substring(1) : words[k];
            BY_NAME.put(name, new Unit(name, dimension, factor, Unit.ZERO, 0));
            if (prefixed) {
                definePrefixed(name, dimension, factor);
            }
        }
    }

    private static void definePrefixed(String name, SortedMap<String, Integer> dimension, Rational factor) {
        String[] prefixes = PREFIXES.split(" ", -1);
        for (int k = 0; k < prefixes.length; k += 2) {
            boolean shortPrefix = prefixes[k].length() == 1;
            boolean shortName = name.length() <= 3 && !name.equals("ohm") && !name.equals("amp") && !name.equals("bit");
            if (shortPrefix == shortName) {
                int power = Integer.parseInt(prefixes[k + 1]);
                BigInteger ten = BigInteger.TEN.pow(Math.abs(power));
                Rational scale = power < 0 ? new Rational(BigInteger.ONE, ten) : Rational.of(ten);
                BY_NAME.putIfAbsent(
                        prefixes[k] + name, new Unit(prefixes[k] + name, dimension, factor.times(scale), Unit.ZERO, 0));
            }
        }
    }

    private static Rational fraction(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Rational.of(new BigInteger(text))
                : new Rational(new BigInteger(text.substring(0, slash)), new BigInteger(text.substring(slash + 1)));
    }
}
